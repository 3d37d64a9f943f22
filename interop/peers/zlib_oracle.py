"""zlib under remote control: one compressor and one decompressor of raw DEFLATE.

Requests come in on stdin and answers go out on stdout, each behind its length
in 4 bytes, little-endian. The first byte of a request says what to do, see
zlib_peer_test.go; that of an answer is 0, or 1 before the text of an error.
"""

import struct
import sys
import zlib


class Oracle:
    def __init__(self):
        self.compressor = None
        self.decompressor = None

    def new_compressor(self, request):
        wbits, level, mem_level, strategy = request[:4]
        history = [request[4:]] if len(request) > 4 else []
        self.compressor = zlib.compressobj(level, zlib.DEFLATED, -wbits, mem_level, strategy, *history)
        return b""

    def compress(self, request):
        return self.compressor.compress(request[1:]) + self.compressor.flush(request[0])

    def new_decompressor(self, request):
        self.decompressor = zlib.decompressobj(-request[0])
        return b""

    def decompress(self, request):
        """Decompress a piece at a time: within a piece zlib looks back beyond the window."""
        (most,) = struct.unpack_from("<H", request)
        rest, out = request[2:], []
        while True:
            piece = self.decompressor.decompress(rest, most)
            rest = self.decompressor.unconsumed_tail
            out.append(piece)
            if not rest and len(piece) < most:
                break
        if self.decompressor.eof or self.decompressor.unused_data:
            raise ValueError("the last block is a final one")
        return b"".join(out)


def main():
    oracle = Oracle()
    do = {
        b"C": oracle.new_compressor,
        b"c": oracle.compress,
        b"D": oracle.new_decompressor,
        b"d": oracle.decompress,
    }
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    while length := stdin.read(4):
        request = stdin.read(*struct.unpack("<I", length))
        try:
            answer = b"\0" + do[request[:1]](request[1:])
        except Exception as err:
            answer = b"\1" + repr(err).encode()
        stdout.write(struct.pack("<I", len(answer)) + answer)
        stdout.flush()


main()
