"""FARM-1 as prose made of ifs, from the text of 232.1-B-2 clause 6 (the product has a table in C)."""

from dataclasses import dataclass


@dataclass
class Farm:
    window: int
    state: str = "open"
    report_value: int = 0
    bypass_count: int = 0
    retransmit: bool = False

    def control(self, command: bytes) -> str:
        if command == b"\x00":
            self.bypass_count += 1
            self.retransmit = False
            self.state = "open"
            return "control"
        if len(command) == 3 and command[:2] == b"\x82\x00":
            self.bypass_count += 1
            if self.state != "lockout":
                self.retransmit = False
                self.report_value = command[2]
                self.state = "open"
            return "control"
        return "bad"

    def bypass(self) -> str:
        self.bypass_count += 1
        return "accept"

    def sequenced(self, number: int, *, has_room: bool) -> str:
        if self.state == "lockout":
            return "locked"
        difference = (number - self.report_value) % 256
        if difference == 0:
            return self.expected(has_room=has_room)
        if difference <= self.window // 2 - 1:
            if self.state == "open":
                self.retransmit = True
            return "ahead"
        if difference >= 256 - self.window // 2:
            return "repeated"
        self.state = "lockout"
        return "locked"

    def expected(self, *, has_room: bool) -> str:
        if self.state == "wait":
            return "no room"
        if not has_room:
            self.state, self.retransmit = "wait", True
            return "no room"
        self.report_value = (self.report_value + 1) % 256
        self.retransmit = False
        return "accept"

    def release(self) -> None:
        if self.state == "wait":
            self.state = "open"
