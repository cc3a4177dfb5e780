"""Socket readers for tests, each a thread that can be made to wait."""

import socket
import threading
import time


class Reader:
    """Connects at once; reads when `reading` is set; keeps all bytes and when each chunk came."""

    def __init__(self, port, reading=True, receive_buffer=None):
        self.sock = socket.socket()
        if receive_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(20)
        self.sock.connect(("127.0.0.1", port))
        self.chunks = []
        self.times = []
        self.reading = threading.Event()
        if reading:
            self.reading.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while self.reading.wait(20):
            try:
                chunk = self.sock.recv(1 << 16)
            except OSError:
                return
            if not chunk:
                return
            self.chunks.append(chunk)
            self.times.append(time.time())

    @property
    def data(self):
        return b"".join(self.chunks)

    def join(self):
        """All that came until the other side closed."""
        self.reading.set()
        self._thread.join(20)
        assert not self._thread.is_alive()
        self.sock.close()
        return self.data

    def leave(self):
        """Close this side, and the thread with it."""
        self.sock.shutdown(socket.SHUT_RDWR)
        self.join()


def until(condition, timeout_s=20.0):
    """Wait for a condition, and fail if it never holds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
