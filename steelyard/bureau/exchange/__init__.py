"""与人事系统（数字人事）交换 (C95): registers come in and results go out as files, by a contract anyone can check."""
