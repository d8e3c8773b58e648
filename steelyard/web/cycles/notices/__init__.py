"""通报 and 通知书: numbered on publication, made from the version, the same bytes whenever they are made again."""
