from ipaddress import IPv6Address, ip_address

_HOST_BITS = (1 << 64) - 1


def neighbourhood(address: str) -> str:
    """What is counted as one caller: an IPv4 address, or the /64 of an IPv6 one, since a whole /64
    belongs to one household. What is no address is one caller, too."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "::"
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) & ~_HOST_BITS))
