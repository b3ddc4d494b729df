"""All operations of chapter 8 as a Python program calls them that knows the WSDL and nothing else (zeep).

    client.py http://HOST:PORT/MobileService?wsdl

Prints a line for each operation that was checked, and ends at the first answer that is not the expected one. What the
platform holds beforehand is in ../foreign-soap.sh; afterwards it is the same, but for what the alarms and names say.
"""

import sys
import time

import requests
import zeep
from lxml import etree


ANNA, BERT, PASSWORD = "18912345678", "18912345679", "kaffee14"
# A camera of kandian-device; one that is on record and never logs in; camera.py.
CAMERA, ABSENT, HAND, NOBODYS = "81100000001", "81100000002", "81100000003", "81199999999"
KEY = "K7M2P9Q4"
NEWEST = "V1.6_20991231"
PATIENCE = 60


def check(what, found, expected):
    if found != expected:
        sys.exit(f"zeep: {what}: expected {expected!r}, got {found!r}")


def result(answer):
    # zeep gives the value alone when an answer has one element.
    return answer if isinstance(answer, int) else answer.Result


class Described(zeep.Plugin):
    """Every answer must be what the schema of the WSDL says, element by element; zeep itself puts up with more."""

    def __init__(self, wsdl):
        document = etree.fromstring(requests.get(wsdl, timeout=10).content)
        schema = document.find(".//{http://www.w3.org/2001/XMLSchema}schema")
        self.schema, self.count = etree.XMLSchema(etree.fromstring(etree.tostring(schema))), 0

    def ingress(self, envelope, http_headers, operation):
        answer = envelope.find("{*}Body")[0]
        if not answer.tag.endswith("Fault") and not self.schema.validate(answer):
            sys.exit(f"zeep: the answer of {operation.name} is not as described: {self.schema.error_log}")
        self.count += 1
        return envelope, http_headers


class Calls:
    """The service, as somebody who is logged in calls it."""

    def __init__(self, service, account, session):
        self.service, self.who = service, {"Account": account, "LoginSession": session}

    def __call__(self, operation, **fields):
        return getattr(self.service, operation)(**self.who, **fields)

    def results(self, operation, cases):
        """Each case is the expected result and the fields."""
        for expected, fields in cases:
            check(f"{operation} {fields}", result(self(operation, **fields)), expected)

    def point(self, device, channel=0):
        points = [p for p in self("GetDeviceList").Device if (p.DevID, p.ChannelNo) == (device, channel)]
        check(f"entries of {device}_{channel}", len(points), 1)
        return points[0]

    def until(self, what, test):
        end = time.monotonic() + PATIENCE
        while not test():
            if time.monotonic() > end:
                sys.exit(f"zeep: {what}: not within {PATIENCE} seconds")
            time.sleep(0.2)


def checked(section, operation, what):
    print(f"zeep {section:5} {operation:16} {what}", flush=True)


def sms(service):
    check("an SMS to an account", result(service.SendPasswordSms(MobileTel="18912345670", Type=0)), 0)
    check("an SMS to nobody", result(service.SendPasswordSms(MobileTel="18900000000", Type=0)), 2)
    check("an SMS of another type", result(service.SendPasswordSms(MobileTel="18912345670", Type=7)), 2)
    checked("8.1", "SendPasswordSms", "0, unknown number 2, unknown type 2")


def directory(service):
    for version, expected in (("A-1.0", (1, "http://kandian.example/a.apk")), ("A-1.5", (0, None)), ("x", (0, None))):
        answer = service.CheckVersion(MobileTel=ANNA, CmsUrl="http://127.0.0.1:1/MobileService", CmsName="上海", Version=version)
        check(f"an Android client {version}", (answer.Result, answer.UpdateUrl), expected)
    platforms = [(p.CmsName, p.CmsUrl) for p in service.QueryCms(Version="A-1.0")]
    check("the province platforms", platforms, [("上海", "http://127.0.0.1:1/MobileService")])
    checked("9.1", "CheckVersion", "0, too old 1 with UpdateUrl")
    checked("9.1", "QueryCms", "the platform, with its Chinese name")


def login(service, other):
    answer = service.Login(Account=ANNA, Password=PASSWORD, Version="A-1.0")
    check("a login", (answer.Result, answer.DevNum, len(answer.LoginSession)), (0, 2, 32))
    for account, password, expected in ((ANNA, "wrong", 2), ("18900000000", PASSWORD, 1), ("anna", PASSWORD, 1)):
        refused = service.Login(Account=account, Password=password, Version="A-1.0")
        check(f"a login of {account}", (refused.Result, refused.LoginSession, refused.Device), (expected, None, []))
    newer = other.Login(Account=ANNA, Password=PASSWORD, Version="W-1.0")
    check("a login over SOAP 1.2", newer.Result, 0)
    again = service.Login(Account=ANNA, Password=PASSWORD, Version="I-1.0")
    check("sessions of two logins are the same", again.LoginSession == answer.LoginSession, False)
    checked("8.2", "Login", "0 over SOAP 1.1 and 1.2, unknown user 1, wrong password 2")
    return answer.LoginSession


def add_devices(anna, bert):
    anna.results("AddDevice", [
        (4, {"DevID": CAMERA, "DevKey": "WRONG"}),
        (3, {"DevID": NOBODYS, "DevKey": KEY}),
        (0, {"DevID": CAMERA, "DevKey": KEY}),
        (6, {"DevID": CAMERA, "DevKey": KEY}),
        (0, {"DevID": HAND, "DevKey": KEY}),
        (5, {"DevID": ABSENT, "DevKey": KEY}),
    ])
    bert.results("AddDevice", [(6, {"DevID": CAMERA, "DevKey": KEY}), (0, {"DevID": ABSENT, "DevKey": KEY})])
    checked("8.5", "AddDevice", "0, unknown device 3, wrong key 4, limit 5, bound 6")


def devices(anna, bert):
    own = anna.point(CAMERA)
    flags = (own.OnLine, own.PtzFlag, own.ShareFlag, own.MotionDetectionFlag, own.InfraredDetectionFlag,
             own.ManualAlarmFlag, own.DIDOAlarmFlag)
    check("flags of the camera", flags, (1, 1, 0, 1, 1, 1, 1))
    videos = [(v.StreamType, v.FrameSize) for v in own.Video]
    check("streams of the camera", videos, [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3)])
    check("inputs of the camera", [(d.DIDONo, d.DIDONoName) for d in own.DIDO], [(0, "DI0"), (1, "DI1")])
    hand = [anna.point(HAND, channel) for channel in (0, 1)]
    check("the other camera", [(p.OnLine, p.PtzFlag, p.InfraredDetectionFlag) for p in hand], [(1, 0, 0)] * 2)
    check("its streams", [(v.StreamType, v.FrameSize) for v in hand[0].Video], [(1, 2)])
    absent = bert.point(ABSENT)
    check("a camera that is not there", (absent.OnLine, absent.Video, absent.DIDO), (0, [], []))
    checked("8.4", "GetDeviceList", "own points with flags, Video and DIDO; one that is offline")


def play(anna, bert):
    live = {"ChannelNo": 0, "StreamType": 1}
    anna.until("a probe of the port at the router", lambda: anna("VideoPlay", DevID=HAND, **live).UpnpPlayUrl)
    urls = anna("VideoPlay", DevID=HAND, **live)
    ways = (urls.LocalPlayUrl, urls.UpnpPlayUrl, urls.TurnPlayUrl)
    for url, start in zip(ways, ("rtsp://192.168.1.88:1554/", "rtsp://127.0.0.1:", "rtsp://198.51.100.20:52124/")):
        wanted = url.startswith(start) and f"realplay?devid={HAND}&channelno=0&streamtype=1&hashtoken=" in url
        check(f"{url} is a URL for the camera", wanted, True)
    check("tokens that differ", len({url.split("hashtoken=")[1] for url in ways}), 3)
    check("what the client needs of STUN", (bool(urls.StunIP), urls.StunPort, urls.NatType), (True, 3478, 1))
    simulated = anna("VideoPlay", DevID=CAMERA, **live)
    check("a camera without a router", (simulated.Result, simulated.UpnpPlayUrl or ""), (0, ""))
    anna.results("VideoPlay", [
        (3, {"DevID": CAMERA, "ChannelNo": 7, "StreamType": 1}), (3, {"DevID": NOBODYS, **live}),
        (3, {"DevID": ABSENT, **live}),
    ])
    bert.results("VideoPlay", [(4, {"DevID": ABSENT, **live})])
    checked("8.7", "VideoPlay", "three URLs with tokens of their own, StunIP, StunPort, NatType; 3; offline 4")


def steer(anna, bert):
    cases = [(0, {"DevID": CAMERA, "ChannelNo": 0, "PtzDirection": turn}) for turn in (1, 2, 3, 4, 0)]
    cases += [(255, {"DevID": CAMERA, "ChannelNo": 0, "PtzDirection": 9}), (3, {**cases[0][1], "DevID": NOBODYS})]
    anna.results("VideoPtz", cases)
    bert.results("VideoPtz", [(4, {**cases[0][1], "DevID": ABSENT})])
    checked("8.8", "VideoPtz", "0 for all directions, a direction that is none 255, 3, offline 4")


def parameters(anna, bert):
    channel = {"DevID": CAMERA, "ChannelNo": 0, "StreamType": 2}
    before = anna("GetChannel", **channel)
    check("the query", (before.Result, before.DevID), (0, CAMERA))
    other = {"FrameSize": 5 - before.FrameSize, "FrameRate": 20 if before.FrameRate != 20 else 15,
             "RateType": 3 - before.RateType, "BitRate": 3 if before.BitRate != 3 else 4,
             "AudioInput": 1 - before.AudioInput}
    anna.results("SetChannel", [(0, {**channel, **other})])
    after = anna("GetChannel", **channel)
    check("what was set", {name: after[name] for name in other}, other)
    # What is not named stays as it is.
    anna.results("SetChannel", [(0, {**channel, "AudioInput": before.AudioInput}), (255, {**channel, "FrameRate": 99})])
    last = anna("GetChannel", **channel)
    check("what was named", {name: last[name] for name in other}, {**other, "AudioInput": before.AudioInput})
    anna.results("SetChannel", [(0, {**channel, **{name: before[name] for name in other}})])
    for operation in ("GetChannel", "SetChannel"):
        anna.results(operation, [(3, {**channel, "DevID": NOBODYS})])
        bert.results(operation, [(4, {**channel, "DevID": ABSENT})])
    checked("8.9", "GetChannel", "DevID and five values; 3, offline 4")
    checked("8.10", "SetChannel", "all values and one; a value that the camera refuses 255; 3, offline 4")


def wifi(anna, bert):
    points = anna("GetWifi", DevID=CAMERA)
    found = [(p.SSID, p.Security) for p in points.WifiSSID]
    check("the access points", (points.Result, len(found) >= 2), (0, True))
    signals = [p.Signal for p in points.WifiSSID]
    check("the strongest first", signals, sorted(signals, reverse=True))
    check("one is in use at most", sum(p.InUser for p in points.WifiSSID) <= 1, True)
    point = {"SSID": found[0][0], "Security": found[0][1], "Password": "geheim12"}
    anna.results("SetWifi", [(0, {"DevID": CAMERA, **point}), (3, {"DevID": NOBODYS, **point})])
    anna.results("GetWifi", [(3, {"DevID": NOBODYS})])
    bert.results("GetWifi", [(4, {"DevID": ABSENT})])
    bert.results("SetWifi", [(4, {"DevID": ABSENT, **point})])
    checked("8.11", "GetWifi", "access points with all fields, the strongest first; 3, offline 4")
    checked("8.12", "SetWifi", "0, 3, offline 4")


def firmware(anna, bert):
    versions = anna("GetDevVer", DevID=CAMERA)
    check("versions", (versions.Result, versions.CurDevVer[:5], versions.NewDevVer), (0, "V1.6_", NEWEST))
    absent = bert("GetDevVer", DevID=ABSENT)
    check("versions of an absent camera", (absent.Result, absent.CurDevVer, absent.NewDevVer), (0, None, NEWEST))
    anna.results("GetDevVer", [(3, {"DevID": NOBODYS})])
    anna.results("Upgrade", [(0, {"DevID": CAMERA}), (255, {"DevID": HAND}), (3, {"DevID": NOBODYS})])
    bert.results("Upgrade", [(4, {"DevID": ABSENT})])
    checked("8.14", "GetDevVer", "current and newest; 3")
    checked("8.15", "Upgrade", "0, refused by the camera 255, 3, offline 4")


def switches(anna, bert):
    for source in ({"AlarmType": 1}, {"AlarmType": 4, "DIDONo": 1}):
        switch = {"DevID": CAMERA, "ChannelNo": 0, **source}
        for flag in (0, 1):
            anna.results("SetAlarm", [(0, {**switch, "AlarmFlag": flag})])
            found = anna("GetAlarm", **switch)
            check(f"the switch {source}", (found.Result, found.AlarmFlag), (0, flag))
    anna.results("GetAlarm", [(255, {**switch, "DIDONo": 9}), (3, {**switch, "DevID": NOBODYS})])
    anna.results("SetAlarm", [(255, {**switch, "DIDONo": 9, "AlarmFlag": 1}), (3, {**switch, "DevID": NOBODYS, "AlarmFlag": 1})])
    bert.results("GetAlarm", [(4, {**switch, "DevID": ABSENT})])
    bert.results("SetAlarm", [(4, {**switch, "DevID": ABSENT, "AlarmFlag": 1})])
    checked("8.16", "GetAlarm", "per type and input; an input that is none 255, 3, offline 4")
    checked("8.17", "SetAlarm", "off and on again, read back; 255, 3, offline 4")


def names(anna):
    for name in ("收银台 & <仓库>", "后门"):
        anna.results("SetName", [(0, {"DevID": HAND, "ChannelNo": 0, "NewName": name})])
        check("the name", anna.point(HAND).Name, name)
    anna.results("SetName", [
        (3, {"DevID": NOBODYS, "ChannelNo": 0, "NewName": "x"}), (3, {"DevID": HAND, "ChannelNo": 2, "NewName": "x"}),
        (255, {"DevID": HAND, "ChannelNo": 0, "NewName": ""}),
    ])
    checked("8.18", "SetName", "Chinese, with & and <; empty 255, unknown channel and device 3")


def alarms(anna, bert):
    everything = {"DevID": HAND, "ChannelNo": 0, "StartTime": "", "EndTime": ""}
    for page, count in ((1, 10), (2, 10), (3, 5), (4, 0)):
        found = anna("QueryAlarm", **everything, PageNo=page)
        check(f"page {page}", (found.Result, found.TotalAlarmNum, len(found.Alarm)), (0, 25, count))
    newest = anna("QueryAlarm", **everything, PageNo=1).Alarm[0]
    check("the newest alarm", (newest.DevName, newest.AlarmType, newest.DIDONoName, len(newest.AlarmTime)), ("后门", 4, "DI0", 14))
    other = anna("QueryAlarm", **everything, PageNo=2).Alarm[0]
    check("an older one", (other.AlarmType, other.DIDONoName), (1, None))
    future = {**everything, "StartTime": "20990101000000", "PageNo": 1}
    check("alarms of the future", anna("QueryAlarm", **future).TotalAlarmNum, 0)
    past = {**everything, "EndTime": "20000101000000", "PageNo": 1}
    check("alarms of the past", anna("QueryAlarm", **past).TotalAlarmNum, 0)
    of_all = anna("QueryAlarm", DevID="", StartTime="", EndTime="", PageNo=1)
    check("alarms of all devices", (of_all.Result, of_all.TotalAlarmNum), (0, 25))
    check("alarms of others", bert("QueryAlarm", DevID="", StartTime="", EndTime="", PageNo=1).TotalAlarmNum, 0)
    anna.results("QueryAlarm", [(3, {**everything, "DevID": NOBODYS, "PageNo": 1})])
    checked("8.19", "QueryAlarm", "25 on pages of 10, 10 and 5, by device and time; 3")


def reboot(anna, bert):
    anna.results("Reboot", [(0, {"DevID": CAMERA}), (3, {"DevID": NOBODYS})])
    bert.results("Reboot", [(4, {"DevID": ABSENT})])
    anna.until("the camera is gone", lambda: anna.point(CAMERA).OnLine == 0)
    anna.until("the camera is back", lambda: anna.point(CAMERA).OnLine == 1)
    checked("8.13", "Reboot", "0, and the camera goes and comes back; 3, offline 4")


def sessions(service, anna, bert):
    """1 for an unknown user and 2 for a session that is none, in every operation that is based on one."""
    device = {"DevID": CAMERA}
    channel = {**device, "ChannelNo": 0}
    switch = {**channel, "AlarmType": 1}
    operations = {
        "GetDeviceList": {}, "AddDevice": {**device, "DevKey": KEY}, "RemoveDevice": {**device, "DevKey": KEY},
        "VideoPlay": {**channel, "StreamType": 1}, "VideoPtz": {**channel, "PtzDirection": 0},
        "GetChannel": {**channel, "StreamType": 1}, "SetChannel": {**channel, "StreamType": 1}, "GetWifi": device,
        "SetWifi": {**device, "SSID": "x", "Security": 0, "Password": ""}, "Reboot": device, "GetDevVer": device,
        "Upgrade": device, "GetAlarm": switch, "SetAlarm": {**switch, "AlarmFlag": 1},
        "SetName": {**channel, "NewName": "x"},
        "QueryAlarm": {"DevID": "", "StartTime": "", "EndTime": "", "PageNo": 1},
    }
    session = anna.who["LoginSession"]
    for operation, fields in operations.items():
        Calls(service, "18900000000", session).results(operation, [(1, fields)])
        Calls(service, bert.who["Account"], session).results(operation, [(2, fields)])
        Calls(service, ANNA, "0" * 32).results(operation, [(2, fields)])
    checked("", f"{len(operations)} operations", "unknown user 1, session of another 2, no session 2")


def remove_devices(anna, bert):
    anna.results("RemoveDevice", [
        (255, {"DevID": CAMERA, "DevKey": "WRONG"}), (3, {"DevID": ABSENT, "DevKey": KEY}),
        (0, {"DevID": CAMERA, "DevKey": KEY}), (3, {"DevID": CAMERA, "DevKey": KEY}), (0, {"DevID": HAND, "DevKey": KEY}),
    ])
    bert.results("RemoveDevice", [(0, {"DevID": ABSENT, "DevKey": KEY})])
    check("devices afterwards", anna("GetDeviceList").Device if not isinstance(anna("GetDeviceList"), int) else [], [])
    checked("8.6", "RemoveDevice", "0, wrong key 255, another's and gone 3")


def logout(service, anna):
    check("a logout of nobody", result(service.Logout(Account="18900000000", LoginSession="x")), 1)
    for _ in range(2):
        check("a logout", result(anna("Logout")), 0)
        check("the list after it", result(anna("GetDeviceList")), 2)
    checked("8.3", "Logout", "0, again 0, unknown user 1; then 2 from GetDeviceList")


def main():
    described = Described(sys.argv[1])
    client = zeep.Client(sys.argv[1], plugins=[described])
    service, other = client.service, client.bind("KandianClient", "KandianClientPort12")
    sms(service)
    directory(service)
    anna = Calls(service, ANNA, login(service, other))
    bert = Calls(service, BERT, service.Login(Account=BERT, Password=PASSWORD, Version="A-1.0").LoginSession)
    add_devices(anna, bert)
    devices(anna, bert)
    play(anna, bert)
    steer(anna, bert)
    parameters(anna, bert)
    wifi(anna, bert)
    firmware(anna, bert)
    switches(anna, bert)
    names(anna)
    alarms(anna, bert)
    sessions(service, anna, bert)
    reboot(anna, bert)
    remove_devices(anna, bert)
    logout(service, anna)
    print(f"zeep       {described.count} answers      valid by the schema of the WSDL")


if __name__ == "__main__":
    main()
