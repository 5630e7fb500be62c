package interop_test

import "testing"

// The CometD project's own clients, of today and of the version that GWS is
// documented to use, walk the whole two-step transfer of the InitiateTransfer
// page (sample 2) on the reference server, and compare each message with it.
func TestReferenceServerWithCometDClients(t *testing.T) {
	needNode(t)
	for _, c := range []struct{ client, transport string }{
		{"9", "long-polling"},
		{"9", "websocket"},
		{"3", "long-polling"},
		{"3", "websocket"},
	} {
		t.Run(c.client+" over "+c.transport, func(t *testing.T) {
			url := serve(t)
			got := node(t, "transfer.mjs", "--url", url, "--client", c.client, "--transport", c.transport).wait()
			want := "cometd " + c.client + " over " + c.transport + ": Ringing, Established, Held, Dialing, Released, Released"
			if got != want {
				t.Errorf("the client's last line:\n got %q\nwant %q", got, want)
			}
		})
	}
}
