#!/usr/bin/env bash
# Debian packages that some tests need: PostgreSQL (a source may be its table), Java (Spark), Chromium with Chinese fonts
# (pages are tested in a browser), a directory (people sign in by it).
# Without root or apt nothing is installed; those tests then skip and say what they miss.
set -u
missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || missing+=(chromium)
[ -x /usr/sbin/slapd ] || missing+=(slapd)
[ -n "$(fc-list :lang=zh 2>/dev/null | head -1)" ] || missing+=(fontconfig fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "没有 ${missing[*]}，相关测试将跳过 (missing: ${missing[*]}; their tests will skip)"
    exit 0
fi
echo "· 安装 ${missing[*]} (installing with apt)"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    echo "apt 未能安装 ${missing[*]}，相关测试将跳过 (apt failed; their tests will skip)"
