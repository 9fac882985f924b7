"""Reads or writes raw Ethernet frames on one interface of this network namespace (packet(7)).

eye.py capture IFACE [in | VNI]
                       writes records to standard output: >dBI (seconds since the epoch, 1 when outgoing, length),
                       then the frame. The first record has length 0 and says that the capture stands. Ends when
                       standard input ends, once every frame that has arrived is written; fails if one was lost.
                       With `in`, only what comes in. With a VNI, only Geneve and VXLAN packets with that identifier.
eye.py inject IFACE    reads >I length-prefixed frames from standard input until it ends and sends each.
"""

import array
import mmap
import os
import select
import socket
import struct
import sys

ETH_P_ALL = 3
SO_ATTACH_FILTER = 26
PACKET_IGNORE_OUTGOING = 23
SOL_PACKET, PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION = 263, 5, 6, 10
TPACKET_V2 = 1
PACKET_OUTGOING = 4
TP_STATUS_KERNEL, TP_STATUS_USER, TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0, 1, 1 << 4, 1 << 6
# A ring keeps what a socket's receive buffer, small in a user namespace, would drop.
FRAME_SIZE, FRAMES, BLOCK_SIZE = 2048, 4096, 1 << 16
HEADER = struct.Struct("=IIIHHIIHH")  # tpacket2_hdr: status len snaplen mac net sec nsec vlan_tci vlan_tpid
ADDRESS_OFFSET = 32  # sockaddr_ll follows the aligned header
RECORD = struct.Struct(">dBI")


def attach_filter(packets, vni):
    """Lets through what has the VNI behind the outer UDP header, by a classic BPF program (bpf(4))."""
    load_half, load_word, jump_if_equal, answer = 0x28, 0x20, 0x15, 0x06
    program = [
        (load_half, 0, 0, 12),
        (jump_if_equal, 2, 0, 0x86DD),
        (load_word, 0, 0, 14 + 20 + 8 + 4),
        (jump_if_equal, 2, 3, vni << 8),
        (load_word, 0, 0, 14 + 40 + 8 + 4),
        (jump_if_equal, 0, 1, vni << 8),
        (answer, 0, 0, 0xFFFF),
        (answer, 0, 0, 0),
    ]
    code = array.array("B", b"".join(struct.pack("=HBBI", *line) for line in program))
    packets.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(program), code.buffer_info()[0]))


def capture(interface, only=None):
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    packets.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
    blocks = FRAME_SIZE * FRAMES // BLOCK_SIZE
    packets.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("=IIII", BLOCK_SIZE, blocks, FRAME_SIZE, FRAMES))
    ring = mmap.mmap(packets.fileno(), FRAME_SIZE * FRAMES)
    if only == "in":
        packets.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    elif only is not None:
        attach_filter(packets, int(only))
    packets.bind((interface, ETH_P_ALL))
    out = sys.stdout.buffer
    out.write(RECORD.pack(0, 0, 0))
    out.flush()
    wakeups = select.poll()
    wakeups.register(packets, select.POLLIN)
    wakeups.register(0, select.POLLIN)
    slot = 0
    ended = False
    while True:
        slot, count = drain(ring, slot, out)
        out.flush()
        if ended and count == 0:
            break
        for descriptor, _ in wakeups.poll(0 if ended else None):
            ended = ended or (descriptor == 0 and os.read(0, 4096) == b"")
    _, lost = struct.unpack("=II", packets.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    if lost:
        sys.exit(f"{lost} frames were lost")


def drain(ring, slot, out):
    count = 0
    while True:
        base = slot * FRAME_SIZE
        status, _, kept, mac, _, seconds, nanoseconds, tci, tpid = HEADER.unpack_from(ring, base)
        if not status & TP_STATUS_USER:
            return slot, count
        frame = ring[base + mac : base + mac + kept]
        if status & TP_STATUS_VLAN_VALID:
            kind = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
            frame = frame[:12] + struct.pack(">HH", kind, tci) + frame[12:]
        outgoing = ring[base + ADDRESS_OFFSET + 10] == PACKET_OUTGOING
        out.write(RECORD.pack(seconds + nanoseconds / 1e9, outgoing, len(frame)) + frame)
        struct.pack_into("=I", ring, base, TP_STATUS_KERNEL)
        slot = (slot + 1) % FRAMES
        count += 1


def inject(interface):
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    packets.bind((interface, 0))
    source = sys.stdin.buffer
    while prefix := source.read(4):
        (length,) = struct.unpack(">I", prefix)
        packets.send(source.read(length))


if __name__ == "__main__":
    {"capture": capture, "inject": inject}[sys.argv[1]](*sys.argv[2:])
