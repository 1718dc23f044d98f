"""Types of XTCE parameters and arguments, each written once."""

from xml.etree.ElementTree import Element, SubElement

from flight.dictionary.layout import PacketField

__all__ = ["TypeSet", "xtce_name"]


def xtce_name(name: str) -> str:
    """Return a name as XTCE allows it: without dots."""
    return name.replace(".", "_")


class TypeSet:
    """Writes types into a set, and answers their names.

    Parameters
    ----------
    parent : Element
        ``ParameterTypeSet`` or ``ArgumentTypeSet``.
    kind : str
        ``Parameter`` or ``Argument``.
    """

    def __init__(self, parent: Element, kind: str) -> None:
        self._parent = parent
        self._kind = kind
        self._made: set[str] = set()

    def bits(self, count: int) -> str:
        """Return the type of an unsigned integer of some bits."""
        name = f"u{count}"
        if self._is_new(name):
            self._integer(name, count, "unsigned", "")
        return name

    def calibrated(self, name: str, bits: int, step: float, unit: str) -> str:
        """Return the type of an unsigned integer whose value is a multiple of a step, in a unit."""
        if self._is_new(name):
            made = self._start("Float", name, unit)
            encoding = SubElement(
                made, "IntegerDataEncoding", {"sizeInBits": str(bits), "encoding": "unsigned"}
            )
            polynomial = SubElement(SubElement(encoding, "DefaultCalibrator"), "PolynomialCalibrator")
            SubElement(polynomial, "Term", {"coefficient": "0", "exponent": "0"})
            SubElement(polynomial, "Term", {"coefficient": repr(step), "exponent": "1"})
        return name

    def of(self, field: PacketField) -> str:
        """Return the type of a field of fixed size."""
        if field.enum is not None:
            return self._enumerated(field)
        limits = "" if field.range is None else f"_{field.range.low:g}_{field.range.high:g}"
        name = f"{field.code}{_suffix(field.unit)}{limits}".replace("-", "m").replace("+", "")
        if field.code == "octets":
            name = f"octets{field.size_octets}"
        if self._is_new(name.replace(".", "p")):
            self._plain(name.replace(".", "p"), field)
        return name.replace(".", "p")

    def variable(self, field: PacketField, owner: str, length: str) -> str:
        """Return the type of a variable field whose octets the value ``length`` counts."""
        name = f"{owner}_type"
        if field.code == "text":
            encoding = SubElement(self._start("String", name), "StringDataEncoding", {"encoding": "UTF-8"})
            bits = str(8 * field.size_octets)
            _add_length(SubElement(encoding, "Variable", {"maxSizeInBits": bits}), length, self._kind)
        else:
            encoding = SubElement(self._start("Binary", name), "BinaryDataEncoding")
            _add_length(SubElement(encoding, "SizeInBits"), length, self._kind)
        return name

    def _is_new(self, name: str) -> bool:
        is_new = name not in self._made
        self._made.add(name)
        return is_new

    def _start(self, family: str, name: str, unit: str = "") -> Element:
        made = SubElement(self._parent, f"{family}{self._kind}Type", {"name": name})
        if unit and unit != "1":
            SubElement(SubElement(made, "UnitSet"), "Unit").text = unit
        return made

    def _integer(self, name: str, bits: int, encoding: str, unit: str) -> Element:
        made = self._start("Integer", name, unit)
        made.set("signed", "false" if encoding == "unsigned" else "true")
        made.set("sizeInBits", str(bits))
        SubElement(made, "IntegerDataEncoding", {"sizeInBits": str(bits), "encoding": encoding})
        return made

    def _plain(self, name: str, field: PacketField) -> None:
        bits = 8 * field.size_octets
        if field.code == "octets":
            encoding = SubElement(self._start("Binary", name), "BinaryDataEncoding")
            SubElement(SubElement(encoding, "SizeInBits"), "FixedValue").text = str(bits)
            return
        if field.code == "bool":
            made = self._start("Boolean", name)
            SubElement(made, "IntegerDataEncoding", {"sizeInBits": "8", "encoding": "unsigned"})
            return
        if field.code[0] == "f":
            made = self._start("Float", name, field.unit)
            made.set("sizeInBits", str(bits))
            SubElement(made, "FloatDataEncoding", {"sizeInBits": str(bits), "encoding": "IEEE754_1985"})
        else:
            encoding_name = "unsigned" if field.code[0] == "u" else "twosComplement"
            made = self._integer(name, bits, encoding_name, field.unit)
        self._limit(made, field)

    def _limit(self, made: Element, field: PacketField) -> None:
        """Add the legal range of an argument (XTCE keeps limits of parameters elsewhere)."""
        if field.range is None:
            return
        whole = field.code[0] != "f"
        low, high = (int(v) if whole else v for v in (field.range.low, field.range.high))
        parent = SubElement(made, "ValidRangeSet") if self._kind == "Argument" else made
        SubElement(parent, "ValidRange", {"minInclusive": str(low), "maxInclusive": str(high)})

    def _enumerated(self, field: PacketField) -> str:
        enum = field.enum
        name = f"{enum.__name__}_{field.code}" if enum is not None else field.code
        if enum is not None and self._is_new(name):
            made = self._start("Enumerated", name)
            bits = str(8 * field.size_octets)
            SubElement(made, "IntegerDataEncoding", {"sizeInBits": bits, "encoding": "unsigned"})
            labels = SubElement(made, "EnumerationList")
            for member in enum:
                SubElement(labels, "Enumeration", {"value": str(int(member)), "label": member.name})
        return name


def _suffix(unit: str) -> str:
    return "" if unit in ("", "1") else "_" + unit.replace("/", "_per_")


def _add_length(parent: Element, length: str, kind: str) -> None:
    """Say that a size in bits is eight times the value of another field."""
    dynamic = SubElement(parent, "DynamicValue")
    reference = "ArgumentInstanceRef" if kind == "Argument" else "ParameterInstanceRef"
    attribute = "argumentRef" if kind == "Argument" else "parameterRef"
    SubElement(dynamic, reference, {attribute: length})
    SubElement(dynamic, "LinearAdjustment", {"slope": "8", "intercept": "0"})
