"""A camera written from the specification alone: frames over TCP, no code of this project.

    camera.py HOST:PORT ID KEY

It logs in with a port at "its router" that is open, reports what it can do, raises 25 alarms, prints `ready`, and then
answers every command: an upgrade it refuses, everything else it says it has done.
"""

import hashlib
import re
import socket
import struct
import sys
import threading

LOGIN, ABILITYUP, ALARM_NOTIFY, UPGRADE = 0x31, 0x32, 0x37, 0x6D
# The roots of the answers to commands of §7.5.
ANSWERS = {0x60: "SET_CHANNEL_RES", 0x64: "VIDEO_PTZ_RES", 0x6C: "REBOOT_RES", 0x6D: "UPGRADE_RES", 0x7C: "SET_ALARM_RES"}


def frame(command, seq, body):
    """§7.4: head, length, data, and the MD5 of all before it."""
    data = ('<?xml version="1.0" encoding="UTF-8"?>' + body).encode()
    head = struct.pack(">2sBHBH", b"\xfa\xf5", command, seq, 0, len(data))
    return head + data + hashlib.md5(head + data).digest()


def read(stream):
    head = stream.read(8)
    if len(head) < 8:
        sys.exit("camera.py: the platform closed the link")
    magic, command, seq, _, length = struct.unpack(">2sBHBH", head)
    data, digest = stream.read(length), stream.read(16)
    if magic != b"\xfa\xf5" or hashlib.md5(head + data).digest() != digest:
        sys.exit("camera.py: this is no frame of section 7.4")
    return command, seq, data.decode()


def open_port():
    """What a router would forward to the camera."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            listener.accept()[0].close()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def main():
    address, device, key = sys.argv[1:]
    host, port = address.rsplit(":", 1)
    link = socket.create_connection((host, int(port)))
    stream = link.makefile("rb")
    seq = 0

    def ask(command, body):
        nonlocal seq
        seq += 1
        link.sendall(frame(command, seq, body))
        while True:
            found, number, text = read(stream)
            if (found, number) == (command, seq):
                # Some answers have no result: they acknowledge.
                if "<Result>" in text and "<Result>0</Result>" not in text:
                    sys.exit(f"camera.py: {command:02X}H was answered {text}")
                return

    addresses = (
        f"<UpnpIP>127.0.0.1</UpnpIP><RtspUpnpPort>{open_port()}</RtspUpnpPort>"
        "<LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>"
        "<TurnRelayIP>198.51.100.20</TurnRelayIP><RtspTurnRelayPort>52124</RtspTurnRelayPort>"
    )
    ask(LOGIN, f"<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{device}</DevID><DevKey>{key}</DevKey>{addresses}"
               "<NetType>0</NetType><NatType>1</NatType></LOGIN_REQ>")
    ask(ABILITYUP, f"<ABILITYUP_REQ><DevID>{device}</DevID><ChannelNum>2</ChannelNum><PTZFlag>0</PTZFlag>"
                   "<EStoreFlag>0</EStoreFlag><LocalStoreFlag>0</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>"
                   "<InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>0</ManualAlarmFlag>"
                   "<DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>1</DIDONum>"
                   "<Video><StreamType>1</StreamType><FrameSize>2</FrameSize></Video></ABILITYUP_REQ>")
    for number in range(25):
        kind = "<AlarmType>4</AlarmType><DIDONo>0</DIDONo>" if number == 24 else "<AlarmType>1</AlarmType>"
        ask(ALARM_NOTIFY, f"<ALARM_NOTIFY_REQ><DevID>{device}</DevID><ChannelNo>0</ChannelNo>{kind}"
                          f"<AlarmDesc>{number}</AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>")
    print("ready", flush=True)
    while True:
        command, number, text = read(stream)
        if command in ANSWERS:
            result = 1 if command == UPGRADE else 0
            root, named = ANSWERS[command], re.search("<DevID>.*?</DevID>", text)
            link.sendall(frame(command, number, f"<{root}><Result>{result}</Result>{named[0]}</{root}>"))


if __name__ == "__main__":
    main()
