"""The station's end of the link, without input or output of its own: octets in, packets out, and back."""
