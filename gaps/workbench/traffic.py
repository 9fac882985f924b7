"""Real TCP and UDP between guests, by their kernels.

traffic.py serve ADDRESS PORT            takes TCP (answers with the count and SHA-256 of what it got) and echoes UDP;
                                         writes "ready" when both sockets stand, and goes on until it is ended.
traffic.py tcp ADDRESS PORT BYTES        sends that many bytes, compares the peer's digest, writes a line of JSON.
traffic.py udp ADDRESS PORT COUNT SIZE   sends datagrams, each until it is echoed or 5 tries are over.
traffic.py http ADDRESS PORT PATH        writes the status line of a GET; ADDRESS may carry a zone.
traffic.py join GROUP SECONDS            is a member of a multicast group on every interface for so long.
traffic.py datagrams GROUP PORT COUNT    sends datagrams to a multicast group, hop limit 8.
"""

import hashlib
import json
import selectors
import socket
import struct
import sys
import time

CHUNK = 1 << 16
SO_MAX_PACING_RATE = 47  # socket(7), in bytes per second
PACE = 8_000_000  # other rows' packets pass the same switches: a transfer must not drown them


def resolve(address, port, kind):
    return socket.getaddrinfo(address, port, type=kind)[0]


def serve(address, port):
    listener, datagrams = (bound(address, port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))
    listener.listen(64)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ, accept)
    selector.register(datagrams, selectors.EVENT_READ, echo)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            key.data(selector, key.fileobj)


def bound(address, port, kind):
    family, kind, protocol, _, target = resolve(address, port, kind)
    result = socket.socket(family, kind, protocol)
    result.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        result.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # each family has a service of its own
    result.bind(target)
    return result


def accept(selector, listener):
    connection, _ = listener.accept()
    state = [0, hashlib.sha256()]

    def read(selector, connection):
        data = connection.recv(CHUNK)
        state[0] += len(data)
        state[1].update(data)
        if not data:
            selector.unregister(connection)
            connection.sendall(f"{state[0]} {state[1].hexdigest()}".encode())
            connection.close()

    selector.register(connection, selectors.EVENT_READ, read)


def echo(_, datagrams):
    data, peer = datagrams.recvfrom(CHUNK)
    datagrams.sendto(data, peer)


def tcp(address, port, size):
    family, kind, protocol, _, target = resolve(address, port, socket.SOCK_STREAM)
    begin = time.monotonic()
    with socket.socket(family, kind, protocol) as connection:
        connection.settimeout(15)
        connection.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, PACE)
        connection.connect(target)
        source = connection.getsockname()[0]
        digest, block = hashlib.sha256(), hashlib.shake_128(b"traffic").digest(CHUNK)
        for offset in range(0, size, CHUNK):
            part = block[: min(CHUNK, size - offset)]
            digest.update(part)
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(CHUNK):
            answer += data
    whole = answer.decode() == f"{size} {digest.hexdigest()}"
    report(whole, {"bytes": size, "seconds": round(time.monotonic() - begin, 3), "source": source})


def udp(address, port, count, size):
    family, kind, protocol, _, target = resolve(address, port, socket.SOCK_DGRAM)
    echoed = tries = 0
    with socket.socket(family, kind, protocol) as datagrams:
        datagrams.settimeout(0.5)
        datagrams.connect(target)
        for number in range(count):
            payload = struct.pack(">I", number) * (size // 4)
            for _ in range(5):
                tries += 1
                if exchanged(datagrams, payload):
                    echoed += 1
                    break
        source = datagrams.getsockname()[0]
    report(echoed == count, {"echoed": echoed, "of": count, "tries": tries, "size": size, "source": source})


def exchanged(datagrams, payload):
    try:
        datagrams.send(payload)
        return datagrams.recv(CHUNK) == payload
    except OSError:  # time over, or the path's MTU was just learned: the next try is smaller fragments
        return False


def http(address, port, path):
    family, kind, protocol, _, target = resolve(address, port, socket.SOCK_STREAM)
    with socket.socket(family, kind, protocol) as connection:
        connection.settimeout(2)
        connection.connect(target)
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: metadata\r\n\r\n".encode())
        status = connection.recv(CHUNK).decode(errors="replace").split("\r\n")[0]
    report(bool(status), {"status": status})


def join(group, seconds):
    members = []
    for index, name in socket.if_nameindex():
        if name == "lo":
            continue
        member = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        request = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index)
        member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
        members.append(member)
    print("joined", flush=True)
    time.sleep(float(seconds))


def datagrams(group, port, count):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 8)
        for number in range(count):
            sender.sendto(b"multicast %d" % number, (group, port))
    report(True, {"sent": count})


def report(succeeded, seen):
    print(json.dumps(seen), flush=True)
    sys.exit(0 if succeeded else 1)


if __name__ == "__main__":
    verbs = {"serve": serve, "tcp": tcp, "udp": udp, "http": http, "join": join, "datagrams": datagrams}
    arguments = [int(word) if word.isdigit() else word for word in sys.argv[2:]]
    try:
        verbs[sys.argv[1]](*arguments)
    except OSError as error:
        report(False, {"error": str(error)})
