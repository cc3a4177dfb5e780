"""The report as one HTML page: no network, no server, readable without scripts.

``page`` makes it; the other modules each prepare one part of what the templates lay out.
"""
