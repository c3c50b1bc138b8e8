"""Every sentence the installer says, in Chinese and in English, with the exit code that goes with it.

Read by Python 3.6 and later, because `__main__.py` uses it before it knows which Python it has.
"""

import sys
from typing import Any, Dict, NamedTuple

OK = 0
FAILED_STEP = 1  # of `test`: a check or a test failed
WRONG_USAGE = 2  # as argparse has it
WRONG_SYSTEM = 3
WRONG_PYTHON = 4
MISSING_SYSTEM_PACKAGES = 5
NO_DOWNLOAD = 6
DISK_FULL = 7
NOT_WRITABLE = 8
ALREADY_RUNNING = 9
WRONG_DOWNLOAD = 10
UNEXPECTED = 11
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

RERUN_ZH = "然后重新运行同一条命令,会从停下的地方继续。"
RERUN_EN = "Then run the same command again; it goes on from where it stopped."


class Problem(NamedTuple):
    """A reason to stop: the first sentence says what happened, the next what to do."""

    exit_code: int
    chinese: str
    english: str


PROBLEMS: Dict[str, Problem] = {
    "wrong-system": Problem(
        WRONG_SYSTEM,
        "本机是 {system},走村目前只能装在 64 位(x86-64)的 Linux 上。请换一台 Linux 电脑。",
        "This computer is {system}; Zoucun can be set up on 64-bit (x86-64) Linux only. Please use a Linux computer.",
    ),
    "old-system": Problem(
        WRONG_SYSTEM,
        "本机的系统库是 {libc},走村需要 glibc 2.28 或更新的版本。请升级系统(统信 UOS 20、麒麟 V10、Debian 12 等均可)。",
        "This system's C library is {libc}; Zoucun needs glibc 2.28 or newer. "
        "Please use a newer system, such as Debian 12.",
    ),
    "wrong-python": Problem(
        WRONG_PYTHON,
        "本机的 Python 是 {version},走村需要 Python 3.11、3.12 或 3.13。"
        "请由管理员运行下面的命令装上,再重新运行同一条命令:\n\n    {command}\n",
        "This Python is {version}; Zoucun needs Python 3.11, 3.12 or 3.13. "
        "Please have an administrator run the command above, then run the same command again.",
    ),
    "no-python": Problem(
        WRONG_PYTHON,
        "本机的 Python 是 {version},走村需要 Python 3.11、3.12 或 3.13。请先装上其中一个,再重新运行同一条命令"
        "(Debian 12、Ubuntu 24.04 自带)。",
        "This Python is {version}; Zoucun needs Python 3.11, 3.12 or 3.13. "
        "Please install one of them (Debian 12 and Ubuntu 24.04 bring one), then run the same command again.",
    ),
    "missing-packages": Problem(
        MISSING_SYSTEM_PACKAGES,
        "系统缺少这些软件包:{packages};当前用户不能安装。请由管理员运行:\n\n    {command}\n\n" + RERUN_ZH,
        "The system lacks these packages: {packages}; this user may not install them. "
        "Please have an administrator run the command above. " + RERUN_EN,
    ),
    "packages-failed": Problem(
        MISSING_SYSTEM_PACKAGES,
        "系统软件包没有装上:{packages}。请检查网络和软件源,由管理员运行:\n\n    {command}\n\n" + RERUN_ZH,
        "These system packages could not be installed: {packages}. Please check the network and the package sources, "
        "and run the command above. " + RERUN_EN,
    ),
    "missing-libraries": Problem(
        MISSING_SYSTEM_PACKAGES,
        "系统缺少这些库:{libraries}。请用本系统的软件管理器装上它们," + RERUN_ZH,
        "The system lacks these libraries: {libraries}. Please install them with your system's package manager. "
        + RERUN_EN,
    ),
    "offline": Problem(
        NO_DOWNLOAD,
        "下载不了所需的部件:网络不通,或软件仓库没有应答。请接好网络," + RERUN_ZH,
        "The parts could not be downloaded: there is no network, or the package index does not answer. "
        "Please connect to the network. " + RERUN_EN,
    ),
    "proxy": Problem(
        NO_DOWNLOAD,
        "下载不了所需的部件:代理服务器没有应答或拒绝了连接。请检查代理设置(环境变量 https_proxy 或 pip 的配置),"
        + RERUN_ZH,
        "The parts could not be downloaded: the proxy does not answer or refuses. "
        "Please check the proxy settings (the variable https_proxy, or pip's configuration). " + RERUN_EN,
    ),
    "certificate": Problem(
        NO_DOWNLOAD,
        "下载不了所需的部件:软件仓库的证书不被信任。请检查本机的日期和时间,以及单位网络要求的证书," + RERUN_ZH,
        "The parts could not be downloaded: the package index's certificate is not trusted. "
        "Please check this computer's date and time, and any certificate your office network asks for. " + RERUN_EN,
    ),
    "not-in-index": Problem(
        NO_DOWNLOAD,
        "软件仓库里没有所需的部件:{part}。本机设置的镜像可能太旧,请换一个软件仓库(pip 的配置)," + RERUN_ZH,
        "The package index does not have this part: {part}. The mirror set on this computer may be out of date; "
        "please choose another (pip's configuration). " + RERUN_EN,
    ),
    "disk-full": Problem(
        DISK_FULL,
        "磁盘空间不够:{folder} 所在的磁盘还剩 {free} MB,需要大约 {needed} MB。请腾出空间," + RERUN_ZH,
        "The disk is full: {free} MB are left where {folder} is, about {needed} MB are needed. "
        "Please free some space. " + RERUN_EN,
    ),
    "not-writable": Problem(
        NOT_WRITABLE,
        "不能写入文件夹 {folder}。请把走村放到您有权写入的文件夹里(例如您的主文件夹),再重新运行。",
        "The folder {folder} cannot be written to. "
        "Please put Zoucun into a folder of your own (such as your home folder) and run the command again.",
    ),
    "already-running": Problem(
        ALREADY_RUNNING,
        "另一个安装正在进行。请等它结束,再重新运行同一条命令。",
        "Another set-up is under way. Please wait until it has ended, then run the same command again.",
    ),
    "wrong-download": Problem(
        WRONG_DOWNLOAD,
        "下载到的部件 {part} 与清单不符,没有安装。下载可能损坏,或软件仓库被改动过;请换一个网络或软件仓库," + RERUN_ZH,
        "The part {part} that was downloaded is not the one on the list, and was not installed. The download may be "
        "damaged, or the package index altered; please try another network or index. " + RERUN_EN,
    ),
    "interrupted": Problem(
        INTERRUPTED,
        "安装被中断,没有装完。重新运行同一条命令即可,已下载的部件不会再下载。",
        "The set-up was interrupted and is not complete. Run the same command again; what was downloaded is kept.",
    ),
    "unexpected": Problem(
        UNEXPECTED,
        "安装没有成功。详细记录在 {log},请把它交给技术人员;也可以重新运行同一条命令再试一次。",
        "The set-up did not succeed. The details are in {log}; please hand it to your technical staff, "
        "or run the same command again.",
    ),
}


class InstallationError(Exception):
    """A reason to stop that the user can do something about; `code` is a key of `PROBLEMS`, `values` fill it in."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def explain(code: str, **values: Any) -> str:
    """What to tell the user: Chinese, then English."""
    problem = PROBLEMS[code]
    return problem.chinese.format(**values) + "\n" + problem.english.format(**values)


def exit_code(code: str) -> int:
    """The exit code of the problem `code`."""
    return PROBLEMS[code].exit_code


def say(chinese: str, english: str = "", end: str = "\n") -> None:
    """Prints a line in both languages, on terminals of any encoding."""
    _print(sys.stdout, chinese + (" · " + english if english else "") + end)


def complain(text: str) -> None:
    """Prints an explanation where errors go."""
    sys.stdout.flush()
    _print(sys.stderr, text + "\n")


def _print(stream: Any, text: str) -> None:
    # Python 3.6 in the C locale, and terminals in GBK, cannot take every character.
    encoding = stream.encoding or "utf-8"
    if encoding.lower().startswith(("ansi", "ascii", "us-ascii")):
        encoding = "utf-8"
    stream.flush()
    stream.buffer.write(text.encode(encoding, "replace"))
    stream.buffer.flush()
