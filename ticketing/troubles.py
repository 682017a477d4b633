"""What goes wrong with readers and callers: one clear sentence each, in Chinese and in English.

DeviceError
├── CardTrouble      this card, this time: the reader is well, and the visitor can try again
├── ReaderTrouble    the reader answers, but not as it should
└── Gone (Offline)   nothing answers, or there is no such port: try to open it again
"""

from __future__ import annotations

from typing import ClassVar

from queue_server.client.device import DeviceError, Offline


class Trouble(DeviceError):
    """A sentence by its code; `detail` says which port or which byte, for the hall's IT people."""

    sentences: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.zh, self.en = self.sentences[code]
        super().__init__(f"{self.zh} {self.en}" + (f" ({detail})" if detail else ""))

    @property
    def says(self) -> dict[str, str]:
        """The sentence in both languages, without the detail: for the page in front."""
        return {"zh": self.zh, "en": self.en}


class CardTrouble(Trouble):
    """This card could not be read this time."""

    sentences: ClassVar = {
        "select": (
            "没有选中身份证，请拿开后重新放好。",
            "The card slipped away; please lift it and lay it down again.",
        ),
        "authentication": (
            "身份证认证失败，请拿开后重新放好。",
            "The card was not authenticated; please lift it and lay it down again.",
        ),
        "verify": (
            "身份证信息校验错误，请换用其他方式取号。",
            "The card's own data do not agree; please take a ticket without the card.",
        ),
        "wrong_card": ("这不是居民身份证，请换一张卡。", "This is not an ID card of a resident."),
        "read_failed": (
            "没有读完身份证，请放稳后再试。",
            "The card moved while it was read; please leave it on the reader a little longer.",
        ),
        "no_content": (
            "身份证中没有这项内容，请不用卡取号。",
            "The card does not have what is needed; please take a ticket without it.",
        ),
        "not_a_citizen": (
            "此证件号码无法识别，请不用卡取号或到咨询台。",
            "This card's number is not a citizen's; please take a ticket without it.",
        ),
        "unknown_code": (
            "无法识别这个码，请到咨询台。",
            "This code says nothing to us; please ask at the guide desk.",
        ),
        "no_hall": (
            "暂时无法使用身份证取号，请稍后重新放卡。",
            "Cards cannot be used at this moment; please lay it down again later.",
        ),
    }


class ReaderTrouble(Trouble):
    """The reader is there, but what it says is not good."""

    sentences: ClassVar = {
        "checksum": (
            "读卡器数据校验错误，请检查连接线。",
            "The reader's answer has a wrong checksum; please check the cable.",
        ),
        "cut_off": (
            "读卡器应答不完整，请检查连接线。",
            "The reader's answer broke off half-way; please check the cable.",
        ),
        "length": (
            "读卡器应答长度错误，请检查连接线和波特率。",
            "The reader's answer has a wrong length; please check cable and baud rate.",
        ),
        "stranger": (
            "此端口上的设备不像身份证读卡器，请检查端口和波特率。",
            "What answers here is no ID card reader; please check port and baud rate.",
        ),
        "command": ("读卡器不认识这个命令。", "The reader does not know this command."),
        "self_test": (
            "读卡器自检失败，请重新上电或送修。",
            "The reader failed its self-test; switch it off and on, or have it repaired.",
        ),
        "not_authorised": (
            "读卡器安全模块未授权，请联系供应商。",
            "The reader's security module is not authorised; please call the supplier.",
        ),
        "unknown": ("读卡器报告未知错误。", "The reader reports an error without a name."),
    }


class Gone(Trouble, Offline):
    """The device cannot be reached."""

    sentences: ClassVar = {
        "silent": (
            "设备没有应答，请检查电源和波特率。",
            "The device does not answer; please check its power and the baud rate.",
        ),
        "unplugged": ("设备已断开，请检查连接线。", "The device was unplugged."),
        "no_port": ("找不到设备端口，请检查是否插好。", "There is no such port; is it plugged in?"),
        "not_allowed": (
            "没有权限打开设备端口。",
            "This program may not open the port; add its user to the group dialout or input.",
        ),
        "in_use": ("设备端口被其他程序占用。", "Another program uses this port."),
        "wrong_port": ("这个端口不是所需的设备。", "This port is not a device of the right kind."),
    }
