"""Words for everything that can be wrong with a file, a row or a cell."""

from __future__ import annotations

from steelyard.engine.problems import CATALOGUE

ROW_WORDS = {
    "row-ragged": ("这一行的格数与表头不同；请检查分隔符", "not as many cells as the header; check the delimiter"),
    "row-quotes": ("这一行的引号不成对或位置不对", "quotes in this row are unpaired or misplaced"),
    "row-encoding": ("这一行不是所声明的编码", "this row is not in the declared encoding"),
    "row-doubled": ("与本文件中前面的一行完全相同", "repeats an earlier row of this file"),
    "key-doubled": (
        "本文件中另有一行主键相同而内容不同，无法判断哪行为准，两行都拒收",
        "another row of this file has the same key but says otherwise; both are rejected",
    ),
    "cell-missing": ("必填项为空", "a required value is missing"),
    "cell-encoding": ("不是所声明的编码", "not in the declared encoding"),
    "cell-control": ("含有控制字符、零宽字符或双向控制符", "holds control, zero-width or bidirectional characters"),
    "cell-not-nfc": ("字符不是规范组合形式 (NFC)", "characters are not in normal form (NFC)"),
    "cell-replaced": (
        "含有替换符 �（U+FFFD），以前转码时已丢了字；请从来源系统重新导出",
        "holds the replacement character U+FFFD, so an earlier conversion lost characters; export it again",
    ),
    "cell-outer-space": (
        "前后有空格；确属格式问题请在该列声明 trim: true",
        "has outer spaces; declare trim: true for the column if they mean nothing",
    ),
    "cell-trimmed": ("已按声明去掉前后空格", "outer spaces taken off as declared"),
    "cell-too-long": ("文字过长", "text is too long"),
    "cell-not-integer": ("不是规范的整数", "not a plain integer"),
    "cell-not-decimal": ("不是规范的数", "not a plain number"),
    "cell-too-fine": ("小数位数多于声明", "more decimal places than declared"),
    "cell-too-large": ("数值超出声明的范围", "larger than the declared type"),
    "cell-not-date": ("不符合声明的日期格式", "does not have the declared date format"),
    "cell-no-such-day": ("没有这一天或这一时刻", "there is no such day or time"),
    "cell-not-boolean": ("不是声明的是／否写法", "not one of the declared words for yes and no"),
    "cell-not-allowed": ("不在允许的取值之内", "not one of the allowed values"),
    "cell-unknown-code": ("登记表里没有这个代码", "this code is not in the register"),
    "cell-formula": ("是公式，请粘贴为数值", "is a formula; paste it as a value"),
    "cell-error": ("是错误值", "is an error value"),
    "cell-merged": ("是合并单元格，请取消合并", "is a merged cell; unmerge it"),
    "cell-number-for-text": (
        "代码或文字列里存成了数字（可能丢了前导零），请设为文本格式",
        "stored as a number in a text column (leading zeros may be lost); format it as text",
    ),
    "cell-date-for-text": ("文字列里存成了日期，请设为文本格式", "a date in a text column; format it as text"),
    "derive-unknown": (
        "派生列算不出来：日期在工作日历已知的年份之外",
        "a derived column has no value: a date lies outside the years of the working calendar",
    ),
    "check-failed": ("不符合本表的检查条件", "does not meet a check of the table"),
}  # fmt: skip

CATALOGUE.add(ROW_WORDS)
CATALOGUE.add(
    {
        "file-missing": ("找不到文件“{file}”；请检查路径", "there is no file '{file}'; check the path"),
        "file-name": (
            "文件名“{file}”里有换行、不可见字符或不是 UTF-8 的字节；请改名后重试",
            "the file name '{file}' holds line breaks, invisible characters or bytes that are not UTF-8; rename it",
        ),
        "file-link": (
            "“{file}”是通到文件夹之外的链接，未读取；确要装载，请把文件复制进来，或在命令中直接写它",
            "'{file}' is a link that leads outside the folder and was not read; copy the file into it or name it",
        ),
        "file-no-feed": (
            "没有哪张数据表声明接收“{file}”；已声明的文件名：{known}",
            "no fact table expects a file named '{file}'; declared names: {known}",
        ),
        "file-empty": ("文件里没有第 {row} 行的表头", "the file has no header in row {row}"),
        "file-not-text": (
            "这不是 {encoding} 文本（第 {row} 行）；请检查文件类型与声明的编码",
            "this is no {encoding} text (row {row}); check the kind of file and the declared encoding",
        ),
        "file-record-too-long": (
            "从第 {row} 行起的一条记录超过 {limit} 字节；请检查换行与引号",
            "the record from row {row} is longer than {limit} bytes; check line breaks and quotes",
        ),
        "file-quotes": ("第 {row} 行附近引号不成对：{reason}", "quotes do not pair near row {row}: {reason}"),
        "file-not-workbook": (
            "这不是可读的 xlsx 工作簿：{reason}；请用表格软件另存为 .xlsx 后重试",
            "this is no readable xlsx workbook: {reason}; save it again as .xlsx",
        ),
        "file-not-parquet": ("这不是可读的 Parquet 文件：{reason}", "this is no readable Parquet file: {reason}"),
        "file-parquet-type": (
            "Parquet 列“{column}”的类型 {type} 不能精确读取；请用 decimal、整数、日期或文字",
            "Parquet column '{column}' has type {type}, which cannot be read exactly; use decimal, integer, date, text",
        ),
        "file-limit": (
            "文件超过上限：{what} 为 {found}，上限 {limit}",
            "the file passes a limit: {what} is {found}, at most {limit}",
        ),
        "file-no-sheet": (
            "工作簿里没有工作表“{sheet}”；现有：{known}",
            "the workbook has no sheet '{sheet}'; it has: {known}",
        ),
        "file-hidden": (
            "有隐藏的{what}（{count} 处，第一处 {first}），已照常读取，请核实",
            "hidden {what} ({count}, first {first}) were read like the rest; please check",
        ),
        "file-outside": (
            "表头右侧有 {count} 个单元格不属于任何列（第一个 {first}），未读取",
            "{count} cells right of the header belong to no column (first {first}) and were not read",
        ),
        "header-doubled": ("表头“{heading}”出现了两次；请改名", "heading '{heading}' appears twice; rename one"),
        "header-merged": ("表头有合并单元格（{found}）；请取消", "the header has merged cells ({found}); unmerge"),
        "header-missing": (
            "缺少列“{column}”（{names}）；文件里的表头：{known}",
            "column '{column}' ({names}) is missing; headings of the file: {known}",
        ),
        "header-pattern": (
            "表头式样“{pattern}”写法有误（不支持回看与反向引用）；请检查括号",
            "the heading pattern '{pattern}' cannot be used (no look-around, no back-references); check its brackets",
        ),
        "header-claimed": (
            "表头“{heading}”同时符合两个式样；请把式样写得更严",
            "heading '{heading}' fits two patterns; make them stricter",
        ),
        "header-two-for-one": (
            "表头“{headings}”是同一列“{column}”，无法判断以哪一个为准；请只留一个，或在声明的 ignore 里写明不读哪一个",
            "headings '{headings}' mean the same column '{column}', and nothing says which is right; "
            "keep one of them, or name the other under ignore in the declaration",
        ),
        "header-unknown": (
            "表头“{heading}”没有声明，未读取{suggestion}",
            "heading '{heading}' is not declared and was not read{suggestion}",
        ),
        "header-nameless": (
            "第 {position} 列没有表头，未读取",
            "column {position} has no heading and was not read",
        ),
        "rows-unaccounted": (
            "行数对不上：文件有 {records} 条记录，只认出 {found} 条；为防漏行，整份不收",
            "rows do not add up: the file has {records} records, {found} were recognised; nothing is loaded",
        ),
        "control-total": (
            "“{footer}”行的 {column} 为 {stated}，各行之和为 {found}；请核对文件是否完整",
            "row '{footer}' says {stated} for {column}, the rows add up to {found}; check that the file is complete",
        ),
        "control-total-unclear": (
            "“{footer}”行的 {column} 为 {stated}，可读的各行之和为 {found}；有 {count} 格读不出，无法核对",
            "row '{footer}' says {stated} for {column}, readable rows add up to {found}; {count} cells are unreadable",
        ),
        "check-types": (
            "表达式“{text}”的类型不合：{reason}",
            "types do not fit in the expression '{text}': {reason}",
        ),
        "derive-not-integer": (
            "派生列“{column}”的结果应为整数或日期，现为 {type}",
            "derived column '{column}' must be an integer or a date, not {type}",
        ),
        "derive-no-calendar": (
            "表达式“{text}”要用工作日历，但没有提供；请先装载日历",
            "the expression '{text}' needs the working calendar, which was not given",
        ),
        "register-empty": (
            "列“{column}”须在登记表“{register}”内，但该表还没有数据；请先装载它",
            "column '{column}' must be in register '{register}', which has no data yet; load it first",
        ),
        "column-retyped": (
            "列“{column}”以前是 {before}，现在声明为 {now}；请另起列名，旧数据才读得懂",
            "column '{column}' was {before} and is now declared {now}; use a new name so that old data stay readable",
        ),
        "known-at-backwards": (
            "知悉时间 {known_at} 早于上一批的 {last}；请用当前时间",
            "known_at {known_at} is before that of the last batch, {last}; use the present time",
        ),
        "cage-died": (
            "读取这份文件的进程中止了（{reason}）；文件可能损坏或有害，未装载任何一行",
            "the process that read this file died ({reason}); the file may be damaged or hostile; nothing was loaded",
        ),
        "cage-time": (
            "读取超过 {seconds} 秒，已中止；请拆分文件",
            "reading took longer than {seconds} seconds and was stopped; split the file",
        ),
        "cage-memory": ("所需内存超过上限；请拆分文件", "reading it needs more memory than allowed; split it"),
        "cage-disk": (
            "写入失败：{reason}；请检查磁盘空间",
            "writing failed: {reason}; check the free space of the disk",
        ),
    }
)  # fmt: skip
