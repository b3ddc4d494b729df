"""The foreign server of the benchmark: one stream from a file of H.264, shared by all viewers.

    /usr/bin/python3 gst_server.py FILE FRAMES_PER_SECOND

Prints its URL. Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0 and GStreamer's plug-ins "bad" and "good".
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def main(path, rate):
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    # The parser gives the pictures of a raw stream their times; identity waits for them.
    factory.set_launch(
        f'( multifilesrc location="{path}" loop=true caps="video/x-h264,stream-format=byte-stream,framerate={rate}/1" '
        f"! h264parse ! identity sync=true ! rtph264pay name=pay0 pt=96 config-interval=-1 mtu=1400 )"
    )
    factory.set_shared(True)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print(f"rtsp://127.0.0.1:{server.get_bound_port()}/live", flush=True)
    GLib.MainLoop().run()


main(sys.argv[1], int(sys.argv[2]))
