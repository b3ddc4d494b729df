"""A camera that knows nothing of 手机看店: GStreamer's RTSP server, which wants to know who asks.

    camera.py PORT

`/main` is D1 with 25 pictures a second and G.711, `/sub` is small with 15 and AAC. Prints where it listens.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

VIDEO = (
    "videotestsrc is-live=true ! video/x-raw,width={width},height={height},framerate={rate}/1 ! "
    "x264enc tune=zerolatency speed-preset=ultrafast bitrate={kbps} key-int-max={rate} ! "
    "video/x-h264,profile=baseline ! h264parse ! rtph264pay name=pay0 pt=96"
)
MAIN = VIDEO.format(width=704, height=576, rate=25, kbps=512)
SUB = VIDEO.format(width=320, height=240, rate=15, kbps=200)
TONE = "audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! audio/x-raw,rate={rate},channels=1 ! "
G711 = TONE.format(rate=8000) + "alawenc ! rtppcmapay name=pay1 pt=8"
AAC = TONE.format(rate=16000) + "avenc_aac ! aacparse ! rtpmp4gpay name=pay1 pt=97"


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    mounts = server.get_mount_points()
    for path, pipeline in (("/main", f"( {MAIN} {G711} )"), ("/sub", f"( {SUB} {AAC} )")):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(pipeline)
        factory.set_shared(True)
        mounts.add_factory(path, factory)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("owner", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
        permissions.add_permission_for_role("owner", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
        factory.set_permissions(permissions)
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtspServer.RTSPAuth.get_supported_methods(auth))
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "owner")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic("admin", "12345"), token)
    server.set_auth(auth)
    server.attach(None)
    print("listening", server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main()
