// All operations of chapter 8 as a C++ program calls them that was generated from the WSDL (gSOAP).
//
//     client http://HOST:PORT/MobileService
//
// It checks what client.py checks, in the same order and with the same devices; a line for each operation, and an end at
// the first answer that is not the expected one.

#include "KandianClientBinding.nsmap"
#include "soapKandianClientBindingProxy.h"

#include <chrono>
#include <functional>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>


static const std::string ANNA = "18912345678", BERT = "18912345679", NOBODY = "18900000000", PASSWORD = "kaffee14";
static const std::string CAMERA = "81100000001", ABSENT = "81100000002", HAND = "81100000003", NOBODYS = "81199999999";
static const std::string KEY = "K7M2P9Q4", NEWEST = "V1.6_20991231";
static const int PATIENCE = 60;

using Proxy = KandianClientBindingProxy;
static Proxy *proxy;

template <typename A, typename B> static void check(const std::string &what, const A &found, const B &expected) {
    if (!(found == expected)) {
        std::cerr << "gsoap: " << what << ": expected " << expected << ", got " << found << std::endl;
        std::exit(1);
    }
}

// An optional element: its value, or what stands for none.
static std::string text(const std::string *value) { return value ? *value : "(none)"; }
static int number(const int *value) { return value ? *value : -1; }

struct Who {
    std::string account, session;
};

template <typename Q, typename R> static R call(const char *name, int (Proxy::*operation)(Q *, R &), Q &request) {
    R answer;
    if ((proxy->*operation)(&request, answer) != SOAP_OK) {
        std::cerr << "gsoap: " << name << ": ";
        proxy->soap_stream_fault(std::cerr);
        std::exit(1);
    }
    return answer;
}

// An operation under its name of the WSDL, for somebody who is logged in; `fill` writes the other fields.
#define OPERATION(Name, Stem)                                                                                          \
    using Name##Request = MCU_USCORE##Stem##_USCOREREQ;                                                                \
    using Name##Response = MCU_USCORE##Stem##_USCORERES;                                                               \
    static Name##Response Name(const Who &who, std::function<void(Name##Request &)> fill = [](Name##Request &) {}) {   \
        Name##Request request;                                                                                         \
        request.Account = who.account;                                                                                 \
        request.LoginSession = who.session;                                                                            \
        fill(request);                                                                                                 \
        return call<Name##Request, Name##Response>(#Name, &Proxy::Name, request);                                      \
    }

OPERATION(Logout, LOGOUT)
OPERATION(GetDeviceList, GET_USCOREDEVICES)
OPERATION(AddDevice, ADD_USCOREDEVICE)
OPERATION(RemoveDevice, DEL_USCOREDEVICE)
OPERATION(VideoPlay, VIDEO_USCOREPLAY)
OPERATION(VideoPtz, VIDEO_USCOREPTZ)
OPERATION(GetChannel, GET_USCORECHANNEL)
OPERATION(SetChannel, SET_USCORECHANNEL)
OPERATION(GetWifi, GET_USCOREWIFI)
OPERATION(SetWifi, SET_USCOREWIFI)
OPERATION(Reboot, REBOOT)
OPERATION(GetDevVer, GET_USCOREDEVVER)
OPERATION(Upgrade, UPGRADE)
OPERATION(GetAlarm, GET_USCOREALARM)
OPERATION(SetAlarm, SET_USCOREALARM)
OPERATION(SetName, SET_USCORENAME)
OPERATION(QueryAlarm, QUERY_USCOREALARM)

using LoginResponse = MCU_USCORELOGIN_USCORERES;

static LoginResponse log_in(const std::string &account, const std::string &password) {
    MCU_USCORELOGIN_USCOREREQ request;
    request.Account = account;
    request.Password = password;
    request.Version = "A-1.0";
    return call<MCU_USCORELOGIN_USCOREREQ, LoginResponse>("Login", &Proxy::Login, request);
}

static void checked(const char *section, const char *operation, const char *what) {
    std::printf("gsoap %-5s %-16s %s\n", section, operation, what);
    std::fflush(stdout);
}

static void until(const std::string &what, std::function<bool()> test) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(PATIENCE);
    while (!test()) {
        if (std::chrono::steady_clock::now() > end) {
            std::cerr << "gsoap: " << what << ": not within " << PATIENCE << " seconds" << std::endl;
            std::exit(1);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

static void sms() {
    auto send = [](const std::string &mobile, int type) {
        MCU_USCORESMS_USCOREREQ request;
        request.MobileTel = mobile;
        request.Type = type;
        return call<MCU_USCORESMS_USCOREREQ, MCU_USCORESMS_USCORERES>("SendPasswordSms", &Proxy::SendPasswordSms, request).Result;
    };
    check("an SMS to an account", send("18912345670", 0), 0);
    check("an SMS to nobody", send(NOBODY, 0), 2);
    check("an SMS of another type", send("18912345670", 7), 2);
    checked("8.1", "SendPasswordSms", "0, unknown number 2, unknown type 2");
}

static void directory() {
    auto ask = [](const std::string &version) {
        MCU_USCORECHECK_USCOREVERSION_USCOREREQ request;
        request.MobileTel = ANNA;
        request.CmsUrl = "http://127.0.0.1:1/MobileService";
        request.CmsName = "上海";
        request.Version = version;
        return call<MCU_USCORECHECK_USCOREVERSION_USCOREREQ, MCU_USCORECHECK_USCOREVERSION_USCORERES>(
            "CheckVersion", &Proxy::CheckVersion, request);
    };
    auto old = ask("A-1.0");
    check("an old Android client", old.Result, 1);
    check("where it finds a newer one", text(old.UpdateUrl), std::string("http://kandian.example/a.apk"));
    check("one that is new enough", ask("A-1.5").Result, 0);
    check("one without a version", ask("x").Result, 0);
    checked("9.1", "CheckVersion", "0, too old 1 with UpdateUrl");
    MCU_USCOREQUERY_USCORECMS_USCOREREQ request;
    request.Version = "A-1.0";
    auto found = call<MCU_USCOREQUERY_USCORECMS_USCOREREQ, MCU_USCOREQUERY_USCORECMS_USCORERES>("QueryCms", &Proxy::QueryCms, request);
    check("province platforms", found.Cms.size(), size_t(1));
    check("its name", found.Cms[0].CmsName, std::string("上海"));
    checked("9.1", "QueryCms", "the platform, with its Chinese name");
}

static Who login() {
    auto answer = log_in(ANNA, PASSWORD);
    check("a login", answer.Result, 0);
    check("the limit", number(answer.DevNum), 2);
    check("the length of a session", text(answer.LoginSession).size(), 32u);
    check("a wrong password", log_in(ANNA, "wrong").Result, 2);
    check("an unknown user", log_in(NOBODY, PASSWORD).Result, 1);
    auto refused = log_in("anna", PASSWORD);
    check("a user that is no number", refused.Result, 1);
    check("the session of a refused login", text(refused.LoginSession), "(none)");
    checked("8.2", "Login", "0, unknown user 1, wrong password 2");
    return {ANNA, *answer.LoginSession};
}

static int add(const Who &who, const std::string &device, const std::string &key = KEY) {
    return AddDevice(who, [&](auto &q) { q.DevID = device, q.DevKey = key; }).Result;
}

static void add_devices(const Who &anna, const Who &bert) {
    check("a wrong key", add(anna, CAMERA, "WRONG"), 4);
    check("an unknown device", add(anna, NOBODYS), 3);
    check("a device", add(anna, CAMERA), 0);
    check("the device again", add(anna, CAMERA), 6);
    check("another device", add(anna, HAND), 0);
    check("a third device", add(anna, ABSENT), 5);
    check("a device of another", add(bert, CAMERA), 6);
    check("a device that is not there", add(bert, ABSENT), 0);
    checked("8.5", "AddDevice", "0, unknown device 3, wrong key 4, limit 5, bound 6");
}

using Point = MCU_USCOREGET_USCOREDEVICES_USCORERES_Device;

static Point point(const Who &who, const std::string &device, int channel = 0) {
    auto list = GetDeviceList(who);
    for (const auto &found : list.Device) {
        if (found.DevID == device && found.ChannelNo == channel) {
            return found;
        }
    }
    std::cerr << "gsoap: " << device << " is not in the list" << std::endl;
    std::exit(1);
}

static std::string flags(const Point &p) {
    std::ostringstream out;
    out << p.OnLine << number(p.PtzFlag) << p.ShareFlag << p.MotionDetectionFlag << p.InfraredDetectionFlag
        << p.ManualAlarmFlag << p.DIDOAlarmFlag;
    for (const auto &video : p.Video) {
        out << " V" << video.StreamType << video.FrameSize;
    }
    for (const auto &input : p.DIDO) {
        out << " D" << input.DIDONo << input.DIDONoName;
    }
    return out.str();
}

static void devices(const Who &anna, const Who &bert) {
    check("the camera", flags(point(anna, CAMERA)), "1101111 V11 V12 V13 V22 V23 D0DI0 D1DI1");
    check("the other camera", flags(point(anna, HAND, 0)), "1001001 V12 D0DI0");
    check("its other channel", flags(point(anna, HAND, 1)), "1001001 V12 D0DI0");
    check("a camera that is not there", flags(point(bert, ABSENT)), "0000000");
    checked("8.4", "GetDeviceList", "own points with flags, Video and DIDO; one that is offline");
}

static VideoPlayResponse play(const Who &who, const std::string &device, int channel = 0) {
    return VideoPlay(who, [&](auto &q) { q.DevID = device, q.ChannelNo = channel, q.StreamType = 1; });
}

static void urls(const Who &anna, const Who &bert) {
    until("a probe of the port at the router", [&] { return !text(play(anna, HAND).UpnpPlayUrl).empty(); });
    auto found = play(anna, HAND);
    std::set<std::string> tokens;
    const std::pair<const std::string *, const char *> ways[] = {
        {found.LocalPlayUrl, "rtsp://192.168.1.88:1554/"},
        {found.UpnpPlayUrl, "rtsp://127.0.0.1:"},
        {found.TurnPlayUrl, "rtsp://198.51.100.20:52124/"},
    };
    for (const auto &way : ways) {
        auto url = text(way.first);
        auto query = "realplay?devid=" + HAND + "&channelno=0&streamtype=1&hashtoken=";
        check(url + " begins well", url.rfind(way.second, 0), 0u);
        check(url + " names the camera", url.find(query) != std::string::npos, true);
        tokens.insert(url.substr(url.find("hashtoken=")));
    }
    check("tokens that differ", tokens.size(), 3u);
    check("STUN", text(found.StunIP).empty(), false);
    check("its port", number(found.StunPort), 3478);
    check("the NAT of the device", number(found.NatType), 1);
    auto simulated = play(anna, CAMERA);
    check("a camera without a router", simulated.Result, 0);
    check("its UPnP URL", text(simulated.UpnpPlayUrl), "");
    check("a channel that is none", play(anna, CAMERA, 7).Result, 3);
    check("an unknown device", play(anna, NOBODYS).Result, 3);
    check("a device of another", play(anna, ABSENT).Result, 3);
    check("a device that is not there", play(bert, ABSENT).Result, 4);
    checked("8.7", "VideoPlay", "three URLs with tokens of their own, StunIP, StunPort, NatType; 3; offline 4");
}

static void steer(const Who &anna, const Who &bert) {
    auto turn = [](const Who &who, const std::string &device, int direction) {
        return VideoPtz(who, [&](auto &q) { q.DevID = device, q.ChannelNo = 0, q.PtzDirection = direction; }).Result;
    };
    for (int direction : {1, 2, 3, 4, 0}) {
        check("a turn", turn(anna, CAMERA, direction), 0);
    }
    check("a direction that is none", turn(anna, CAMERA, 9), 255);
    check("an unknown device", turn(anna, NOBODYS, 1), 3);
    check("a device that is not there", turn(bert, ABSENT, 1), 4);
    checked("8.8", "VideoPtz", "0 for all directions, a direction that is none 255, 3, offline 4");
}

static void parameters(const Who &anna, const Who &bert) {
    auto query = [](const Who &who, const std::string &device) {
        return GetChannel(who, [&](auto &q) { q.DevID = device, q.ChannelNo = 0, q.StreamType = 2; });
    };
    auto values = [](const GetChannelResponse &r) {
        return std::vector<int>{number(r.FrameSize), number(r.FrameRate), number(r.RateType), number(r.BitRate), number(r.AudioInput)};
    };
    // -1 leaves a value out.
    auto set = [](const Who &who, const std::string &device, std::vector<int> v) {
        return SetChannel(who, [&](auto &q) {
            q.DevID = device, q.ChannelNo = 0, q.StreamType = 2;
            int **fields[] = {&q.FrameSize, &q.FrameRate, &q.RateType, &q.BitRate, &q.AudioInput};
            for (int i = 0; i < 5; i++) {
                *fields[i] = v[i] < 0 ? nullptr : &v[i];
            }
        }).Result;
    };
    auto before = query(anna, CAMERA);
    check("the query", before.Result, 0);
    check("its device", text(before.DevID), CAMERA);
    auto old = values(before);
    std::vector<int> other = {5 - old[0], old[1] == 20 ? 15 : 20, 3 - old[2], old[3] == 3 ? 4 : 3, 1 - old[4]};
    check("new values", set(anna, CAMERA, other), 0);
    check("what was set", values(query(anna, CAMERA)) == other, true);
    check("one value", set(anna, CAMERA, {-1, -1, -1, -1, old[4]}), 0);
    other[4] = old[4];
    check("what was named", values(query(anna, CAMERA)) == other, true);
    check("a value that is none", set(anna, CAMERA, {-1, 99, -1, -1, -1}), 255);
    check("the old values", set(anna, CAMERA, old), 0);
    check("a query of an unknown device", query(anna, NOBODYS).Result, 3);
    check("a query of a device that is not there", query(bert, ABSENT).Result, 4);
    check("an unknown device", set(anna, NOBODYS, old), 3);
    check("a device that is not there", set(bert, ABSENT, old), 4);
    checked("8.9", "GetChannel", "DevID and five values; 3, offline 4");
    checked("8.10", "SetChannel", "all values and one; a value that the camera refuses 255; 3, offline 4");
}

static void wifi(const Who &anna, const Who &bert) {
    auto scan = [](const Who &who, const std::string &device) { return GetWifi(who, [&](auto &q) { q.DevID = device; }); };
    auto found = scan(anna, CAMERA);
    check("the scan", found.Result, 0);
    check("access points", found.WifiSSID.size() >= 2, true);
    int last = 100, used = 0;
    for (const auto &point : found.WifiSSID) {
        check("a name", point.SSID.empty(), false);
        check("the strongest first", point.Signal <= last, true);
        last = point.Signal, used += point.InUser;
    }
    check("one is in use at most", used <= 1, true);
    auto &first = found.WifiSSID[0];
    auto set = [&](const Who &who, const std::string &device) {
        return SetWifi(who, [&](auto &q) {
            q.DevID = device, q.SSID = first.SSID, q.Security = first.Security, q.Password = "geheim12";
        }).Result;
    };
    check("a network", set(anna, CAMERA), 0);
    check("an unknown device", set(anna, NOBODYS), 3);
    check("a device that is not there", set(bert, ABSENT), 4);
    check("a scan of an unknown device", scan(anna, NOBODYS).Result, 3);
    check("a scan of a device that is not there", scan(bert, ABSENT).Result, 4);
    checked("8.11", "GetWifi", "access points with all fields, the strongest first; 3, offline 4");
    checked("8.12", "SetWifi", "0, 3, offline 4");
}

static void firmware(const Who &anna, const Who &bert) {
    auto versions = [](const Who &who, const std::string &device) {
        return GetDevVer(who, [&](auto &q) { q.DevID = device; });
    };
    auto upgrade = [](const Who &who, const std::string &device) {
        return Upgrade(who, [&](auto &q) { q.DevID = device; }).Result;
    };
    auto found = versions(anna, CAMERA);
    check("versions", found.Result, 0);
    check("the current one", text(found.CurDevVer).substr(0, 5), "V1.6_");
    check("the newest", text(found.NewDevVer), NEWEST);
    auto absent = versions(bert, ABSENT);
    check("the version of a camera that was never there", text(absent.CurDevVer), "");
    check("the newest for it", text(absent.NewDevVer), NEWEST);
    check("versions of an unknown device", versions(anna, NOBODYS).Result, 3);
    check("an upgrade", upgrade(anna, CAMERA), 0);
    check("an upgrade that the camera refuses", upgrade(anna, HAND), 255);
    check("an unknown device", upgrade(anna, NOBODYS), 3);
    check("a device that is not there", upgrade(bert, ABSENT), 4);
    checked("8.14", "GetDevVer", "current and newest; 3");
    checked("8.15", "Upgrade", "0, refused by the camera 255, 3, offline 4");
}

static void switches(const Who &anna, const Who &bert) {
    // -1 is no input.
    auto get = [](const Who &who, const std::string &device, int type, int input) {
        return GetAlarm(who, [&](auto &q) {
            q.DevID = device, q.ChannelNo = 0, q.AlarmType = type, q.DIDONo = input < 0 ? nullptr : &input;
        });
    };
    auto set = [](const Who &who, const std::string &device, int type, int input, int flag) {
        return SetAlarm(who, [&](auto &q) {
            q.DevID = device, q.ChannelNo = 0, q.AlarmType = type, q.AlarmFlag = flag;
            q.DIDONo = input < 0 ? nullptr : &input;
        }).Result;
    };
    for (const auto &source : {std::pair<int, int>{1, -1}, {4, 1}}) {
        for (int flag : {0, 1}) {
            check("a switch", set(anna, CAMERA, source.first, source.second, flag), 0);
            check("what was set", number(get(anna, CAMERA, source.first, source.second).AlarmFlag), flag);
        }
    }
    check("the switch of an input that is none", get(anna, CAMERA, 4, 9).Result, 255);
    check("the switch of an unknown device", get(anna, NOBODYS, 1, -1).Result, 3);
    check("the switch of a device that is not there", get(bert, ABSENT, 1, -1).Result, 4);
    check("an input that is none", set(anna, CAMERA, 4, 9, 1), 255);
    check("an unknown device", set(anna, NOBODYS, 1, -1, 1), 3);
    check("a device that is not there", set(bert, ABSENT, 1, -1, 1), 4);
    checked("8.16", "GetAlarm", "per type and input; an input that is none 255, 3, offline 4");
    checked("8.17", "SetAlarm", "off and on again, read back; 255, 3, offline 4");
}

static void names(const Who &anna) {
    auto rename = [&](const std::string &device, int channel, const std::string &name) {
        return SetName(anna, [&](auto &q) { q.DevID = device, q.ChannelNo = channel, q.NewName = name; }).Result;
    };
    for (const char *name : {"收银台 & <仓库>", "后门"}) {
        check("a name", rename(HAND, 0, name), 0);
        check("the name", point(anna, HAND).Name, name);
    }
    check("an unknown device", rename(NOBODYS, 0, "x"), 3);
    check("a channel that is none", rename(HAND, 2, "x"), 3);
    check("no name", rename(HAND, 0, ""), 255);
    checked("8.18", "SetName", "Chinese, with & and <; empty 255, unknown channel and device 3");
}

static void alarms(const Who &anna, const Who &bert) {
    auto search = [](const Who &who, const std::string &device, const char *from, const char *until, int page) {
        int channel = 0;
        return QueryAlarm(who, [&](auto &q) {
            q.DevID = device, q.StartTime = from, q.EndTime = until, q.PageNo = page;
            q.ChannelNo = device.empty() ? nullptr : &channel;
        });
    };
    const size_t counts[] = {10, 10, 5, 0};
    for (int page = 1; page <= 4; page++) {
        auto found = search(anna, HAND, "", "", page);
        check("the search", found.Result, 0);
        check("alarms in all", number(found.TotalAlarmNum), 25);
        check("alarms on a page", found.Alarm.size(), counts[page - 1]);
    }
    auto newest = search(anna, HAND, "", "", 1).Alarm[0];
    check("the newest alarm", newest.DevName, "后门");
    check("its type", newest.AlarmType, 4);
    check("its input", newest.DIDONoName, "DI0");
    check("the length of its time", newest.AlarmTime.size(), 14u);
    check("alarms of the future", number(search(anna, HAND, "20990101000000", "", 1).TotalAlarmNum), 0);
    check("alarms of the past", number(search(anna, HAND, "", "20000101000000", 1).TotalAlarmNum), 0);
    check("alarms of all devices", number(search(anna, "", "", "", 1).TotalAlarmNum), 25);
    check("alarms of others", number(search(bert, "", "", "", 1).TotalAlarmNum), 0);
    check("an unknown device", search(anna, NOBODYS, "", "", 1).Result, 3);
    checked("8.19", "QueryAlarm", "25 on pages of 10, 10 and 5, by device and time; 3");
}

// 1 for an unknown user and 2 for a session that is none, in every operation that is based on one.
static void sessions(const Who &anna) {
    const std::pair<Who, int> callers[] = {
        {{NOBODY, anna.session}, 1}, {{BERT, anna.session}, 2}, {{ANNA, std::string(32, '0')}, 2}};
    for (const auto &caller : callers) {
        const Who &who = caller.first;
        auto device = [](auto &q) { q.DevID = CAMERA; };
        auto channel = [](auto &q) { q.DevID = CAMERA, q.ChannelNo = 0; };
        const std::vector<std::pair<const char *, int>> results = {
            {"GetDeviceList", GetDeviceList(who).Result},
            {"AddDevice", add(who, CAMERA)},
            {"RemoveDevice", RemoveDevice(who, device).Result},
            {"VideoPlay", play(who, CAMERA).Result},
            {"VideoPtz", VideoPtz(who, channel).Result},
            {"GetChannel", GetChannel(who, [&](auto &q) { channel(q), q.StreamType = 1; }).Result},
            {"SetChannel", SetChannel(who, [&](auto &q) { channel(q), q.StreamType = 1; }).Result},
            {"GetWifi", GetWifi(who, device).Result},
            {"SetWifi", SetWifi(who, [&](auto &q) { device(q), q.SSID = "x"; }).Result},
            {"Reboot", Reboot(who, device).Result},
            {"GetDevVer", GetDevVer(who, device).Result},
            {"Upgrade", Upgrade(who, device).Result},
            {"GetAlarm", GetAlarm(who, [&](auto &q) { channel(q), q.AlarmType = 1; }).Result},
            {"SetAlarm", SetAlarm(who, [&](auto &q) { channel(q), q.AlarmType = 1; }).Result},
            {"SetName", SetName(who, [&](auto &q) { channel(q), q.NewName = "x"; }).Result},
            {"QueryAlarm", QueryAlarm(who, [](auto &q) { q.PageNo = 1; }).Result},
        };
        for (const auto &found : results) {
            check(std::string(found.first) + " of " + who.account, found.second, caller.second);
        }
    }
    checked("", "16 operations", "unknown user 1, session of another 2, no session 2");
}

static void reboot(const Who &anna, const Who &bert) {
    auto order = [](const Who &who, const std::string &device) {
        return Reboot(who, [&](auto &q) { q.DevID = device; }).Result;
    };
    check("a restart", order(anna, CAMERA), 0);
    check("an unknown device", order(anna, NOBODYS), 3);
    check("a device that is not there", order(bert, ABSENT), 4);
    until("the camera is gone", [&] { return point(anna, CAMERA).OnLine == 0; });
    until("the camera is back", [&] { return point(anna, CAMERA).OnLine == 1; });
    checked("8.13", "Reboot", "0, and the camera goes and comes back; 3, offline 4");
}

static void remove_devices(const Who &anna, const Who &bert) {
    auto remove = [](const Who &who, const std::string &device, const std::string &key) {
        return RemoveDevice(who, [&](auto &q) { q.DevID = device, q.DevKey = key; }).Result;
    };
    check("a wrong key", remove(anna, CAMERA, "WRONG"), 255);
    check("a device of another", remove(anna, ABSENT, KEY), 3);
    check("a device", remove(anna, CAMERA, KEY), 0);
    check("the device again", remove(anna, CAMERA, KEY), 3);
    check("another device", remove(anna, HAND, KEY), 0);
    check("a device that is not there", remove(bert, ABSENT, KEY), 0);
    check("devices afterwards", GetDeviceList(anna).Device.size(), 0u);
    checked("8.6", "RemoveDevice", "0, wrong key 255, another's and gone 3");
}

static void logout(const Who &anna) {
    check("a logout of nobody", Logout({NOBODY, "x"}).Result, 1);
    for (int i = 0; i < 2; i++) {
        check("a logout", Logout(anna).Result, 0);
        check("the list after it", GetDeviceList(anna).Result, 2);
    }
    checked("8.3", "Logout", "0, again 0, unknown user 1; then 2 from GetDeviceList");
}

int main(int count, char **arguments) {
    if (count != 2) {
        std::cerr << "usage: client http://HOST:PORT/MobileService" << std::endl;
        return 2;
    }
    Proxy service(arguments[1], SOAP_C_UTFSTRING);
    proxy = &service;
    sms();
    directory();
    Who anna = login();
    Who bert = {BERT, text(log_in(BERT, PASSWORD).LoginSession)};
    add_devices(anna, bert);
    devices(anna, bert);
    urls(anna, bert);
    steer(anna, bert);
    parameters(anna, bert);
    wifi(anna, bert);
    firmware(anna, bert);
    switches(anna, bert);
    names(anna);
    alarms(anna, bert);
    sessions(anna);
    reboot(anna, bert);
    remove_devices(anna, bert);
    logout(anna);
    service.destroy();
    return 0;
}
