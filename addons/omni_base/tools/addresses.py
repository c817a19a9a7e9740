"""Whose tries are counted together, and which addresses belong to the public internet."""

import ipaddress

NETWORK = 64  # bits that one customer's IPv6 network has in common


def visitor(address):
    """Return who is behind a caller's address: itself in IPv4, in IPv6 the network that one customer has.

    :param str address: as Odoo gives it (``request.httprequest.remote_addr``), which looks behind a proxy where
        ``proxy_mode`` says that there is one
    """
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if known.version == 6 and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ipaddress.ip_network((known, NETWORK), strict=False)) if known.version == 6 else str(known)
