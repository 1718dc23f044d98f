# Types of the compiled link core; its functions are declared in csrc/link/cdef.h.

from typing import Any, Final

class _Ffi:
    NULL: Final[Any]
    def new(self, declaration: str, initialiser: object = ..., /) -> Any: ...
    def from_buffer(self, declaration: str, buffer: object, /, require_writable: bool = ...) -> Any: ...
    def buffer(self, data: Any, size: int = ..., /) -> Any: ...
    def string(self, data: Any, /) -> Any: ...
    def sizeof(self, declaration: str, /) -> int: ...
    def addressof(self, data: Any, /) -> Any: ...

class _Lib:
    DD_MARKER_MAX: Final[int]
    DD_PACKET_HEADER: Final[int]
    DD_PACKET_MIN: Final[int]
    DD_PACKET_MAX: Final[int]
    DD_POINTER_NONE: Final[int]
    DD_POINTER_IDLE: Final[int]
    DD_CHANNEL_IDLE: Final[int]
    DD_OCF: Final[int]
    DD_FECF: Final[int]
    DD_COUNT_CYCLE: Final[int]
    DD_SEGMENT: Final[int]
    DD_REPLAY: Final[int]
    DD_BYPASS: Final[int]
    DD_CONTROL: Final[int]
    DD_OK: Final[int]
    DD_BAD_SIZE: Final[int]
    DD_BAD_FECF: Final[int]
    DD_BAD_VERSION: Final[int]
    DD_BAD_SPACECRAFT: Final[int]
    DD_BAD_CHANNEL: Final[int]
    DD_BAD_LENGTH: Final[int]
    DD_BAD_POINTER: Final[int]
    DD_BAD_SIGNALLING: Final[int]
    DD_BAD_RESERVED: Final[int]
    DD_BAD_PACKET_VERSION: Final[int]
    DD_BAD_PACKET_LENGTH: Final[int]
    DD_BAD_JOIN: Final[int]
    DD_PACKET_INCOMPLETE: Final[int]
    DD_RANDOM_TM131071: Final[int]
    DD_RANDOM_TM255: Final[int]
    DD_RANDOM_TC255: Final[int]
    def dd_crc16(self, crc: int, data: object, size: int, /) -> int: ...
    def dd_random_sequence(self, kind: int, out: object, size: int, /) -> int: ...
    def dd_xor(self, data: object, size: int, sequence: object, /) -> None: ...
    def dd_bch_parity(self, data: object, /) -> int: ...
    def dd_bch_repair(self, block: object, correct: int, /) -> int: ...
    def dd_cltu_encode(
        self,
        frame: object,
        frame_size: int,
        sequence: object,
        sequence_size: int,
        out: object,
        out_size: int,
        /,
    ) -> int: ...
    def dd_cltu_start(self, data: object, size: int, mismatch_max: int, /) -> int: ...
    def dd_cltu_decode(
        self, data: object, size: int, correct: int, out: object, out_size: int, result: object, /
    ) -> int: ...
    def dd_packet_header(self, out: object, identification: int, sequence: int, size: int, /) -> None: ...
    def dd_packet_idle(self, sequence: int, out: object, size: int, /) -> int: ...
    def dd_idle_fill(self, state: object, out: object, size: int, /) -> None: ...
    def dd_tc_build(
        self, profile: object, frame: object, data: object, data_size: int, out: object, out_size: int, /
    ) -> int: ...
    def dd_tc_parse(self, profile: object, data: object, size: int, frame: object, /) -> int: ...

    # Packets
    DD_ENCAPSULATION_HEADER_MAX: Final[int]
    DD_PACKETS_SPACE: Final[int]
    DD_PACKETS_ENCAPSULATION: Final[int]
    DD_PART_FIRST: Final[int]
    DD_PART_LAST: Final[int]
    DD_PART_IDLE: Final[int]
    DD_PART_ENCAPSULATION: Final[int]
    DD_SEQUENCES: Final[int]
    DD_SEQUENCE_ANY: Final[int]
    def dd_packet_octets(self, header: object, have: int, kinds: int, /) -> int: ...
    def dd_packet_split(
        self,
        data: object,
        size: int,
        kinds: int,
        packet_max: int,
        offsets: object,
        capacity: int,
        result: object,
        /,
    ) -> None: ...
    def dd_mpdu_pointers(
        self,
        stream: object,
        stream_size: int,
        kinds: int,
        lead: int,
        zone_octets: int,
        pointers: object,
        zone_count: int,
        /,
    ) -> int: ...
    def dd_mpdu_pack(
        self,
        packets: object,
        packet_count: int,
        zone_octets: int,
        packet_used: object,
        lead: object,
        parts: object,
        capacity: int,
        pointers: object,
        zone_count: int,
        /,
    ) -> int: ...
    def dd_parts_gather(
        self, base: object, parts: object, count: int, out: object, out_size: int, /
    ) -> int: ...
    def dd_mpdu_unpack(
        self,
        mpdu: object,
        channel: int,
        base: object,
        rows: object,
        row_count: int,
        parts: object,
        capacity: int,
        rows_done: object,
        /,
    ) -> int: ...
    def dd_mpdu_drop(self, mpdu: object, /) -> int: ...
    def dd_sequence_gaps(self, expected: object, parts: object, count: int, /) -> int: ...

    # Security and COP-1
    DD_BAD_SECURITY_LENGTH: Final[int]
    DD_BAD_ASSOCIATION: Final[int]
    DD_BAD_IV: Final[int]
    DD_BAD_NUMBER: Final[int]
    DD_REPLAYED: Final[int]
    DD_BAD_TAG: Final[int]
    DD_NUMBERS_USED_UP: Final[int]
    DD_BAD_AEAD: Final[int]
    DD_UNKNOWN_SPI: Final[int]
    DD_CLEAR_CONTROL: Final[int]
    DD_AEAD_GCM: Final[int]
    DD_AEAD_CMAC: Final[int]
    DD_SA_UNKEYED: Final[int]
    DD_SA_KEYED: Final[int]
    DD_SA_STARTED: Final[int]
    DD_SA_STOPPED: Final[int]
    DD_SA_EXPIRED: Final[int]
    DD_AAD_MAX: Final[int]
    DD_WINDOW_MAX: Final[int]
    DD_FARM_OPEN: Final[int]
    DD_FARM_WAIT: Final[int]
    DD_FARM_LOCKOUT: Final[int]
    DD_FARM_ACCEPT: Final[int]
    DD_FARM_CONTROL: Final[int]
    DD_BAD_CONTROL: Final[int]
    DD_FARM_AHEAD: Final[int]
    DD_FARM_REPEATED: Final[int]
    DD_FARM_LOCKED: Final[int]
    DD_FARM_NO_ROOM: Final[int]
    DD_BAD_SEQUENCED: Final[int]
    DD_UNIT_EMPTY: Final[int]
    DD_UNIT_LONG: Final[int]
    DD_STAGED: Final[int]
    def dd_openssl_load(self, library: object, /) -> int: ...
    def dd_openssl(self) -> Any: ...
    def dd_sa_key(self, sa: object, aead: object, key: object, key_size: int, /) -> int: ...
    def dd_sa_wipe(self, sa: object, aead: object, /) -> None: ...
    def dd_sa_head(self, sa: object, /) -> int: ...
    def dd_sdls_prepare(
        self, sa: object, channel: int, frame: object, header: int, secured: int, parts: object, /
    ) -> int: ...
    def dd_sdls_check(
        self,
        sas: object,
        sa_count: int,
        spacecraft: int,
        channel: int,
        frame: object,
        header: int,
        secured: int,
        parts: object,
        /,
    ) -> int: ...
    def dd_sdls_commit(self, sa: object, number: int, /) -> None: ...
    def dd_sdls_apply(
        self,
        sa: object,
        aead: object,
        channel: int,
        frames: object,
        stride: int,
        count: int,
        header: int,
        secured: int,
        /,
    ) -> int: ...
    def dd_sdls_process(
        self,
        sas: object,
        sa_count: int,
        aead: object,
        frames: object,
        stride: int,
        records: object,
        count: int,
        header: int,
        secured: int,
        /,
    ) -> int: ...
    def dd_farm_take(self, farm: object, frame: object, data: object, has_room: int, /) -> int: ...
    def dd_farm_release(self, farm: object, /) -> None: ...
    def dd_uplink_take(
        self,
        link: object,
        data: object,
        size: int,
        is_last: int,
        out: object,
        out_size: int,
        records: object,
        capacity: int,
        total: object,
        /,
    ) -> int: ...
    # Reed-Solomon codes and instruction levels.
    def dd_rs_encode(
        self, rs: object, frames: object, size: int, stride: int, frame_count: int, /
    ) -> int: ...
    def dd_rs_check(
        self, rs: object, frames: object, size: int, stride: int, frame_count: int, faulty: object, /
    ) -> int: ...
    def dd_rs_repair(
        self, rs: object, frames: object, size: int, stride: int, frame_count: int, corrected: object, /
    ) -> int: ...
    def dd_level(self) -> Any: ...
    def dd_set_level(self, name: bytes, /) -> int: ...

    # Frames of fixed length in batches
    DD_FRAME_AOS: Final[int]
    DD_FRAME_TM: Final[int]
    DD_CONTENT_PACKETS: Final[int]
    DD_CONTENT_BITS: Final[int]
    DD_CONTENT_OCTETS: Final[int]
    DD_CODE_NONE: Final[int]
    DD_CODE_RS: Final[int]
    DD_CODE_SLICES: Final[int]
    DD_BITS_ALL: Final[int]
    DD_BITS_IDLE: Final[int]
    DD_UNREPAIRABLE: Final[int]
    DD_REPEATED: Final[int]
    DD_BAD_HEADER_CHECK: Final[int]
    DD_BAD_SECONDARY: Final[int]
    DD_RESTARTED: Final[int]
    DD_IDLE_ROW: Final[int]
    DD_MISMARKED: Final[int]
    DD_COUNT_ANY: Final[int]
    def dd_fhec_parity(self, header: object, /) -> int: ...
    def dd_fhec_repair(self, header: object, /) -> int: ...
    def dd_layout_of(self, profile: object, layout: object, /) -> int: ...
    def dd_chain_start(self, chain: object, is_sender: int, /) -> int: ...
    def dd_tx_batch(
        self,
        chain: object,
        rows: object,
        count: int,
        zones: object,
        zones_size: int,
        out: object,
        out_size: int,
        total: object,
        /,
    ) -> int: ...
    def dd_tx_build(
        self,
        chain: object,
        rows: object,
        count: int,
        zones: object,
        zones_size: int,
        out: object,
        out_size: int,
        /,
    ) -> int: ...
    def dd_tx_code(self, chain: object, count: int, out: object, out_size: int, /) -> int: ...
    def dd_rx_batch(
        self,
        chain: object,
        cadus: object,
        cadus_size: int,
        rows: object,
        capacity: int,
        total: object,
        /,
    ) -> int: ...
    def dd_rx_opened(self, chain: object, frame: object, row: object, /) -> None: ...
    def dd_sync_take(
        self, sync: object, data: object, size: int, out: object, out_size: int, consumed: object, /
    ) -> int: ...

ffi: _Ffi
lib: _Lib
