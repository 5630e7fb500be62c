package interop_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The CometD project's clients walk the same transfer through a watch, and see no difference; the watch finds nothing wrong, and has seen the
// transfer whole.
func TestCometDClientsThroughWatch(t *testing.T) {
	needNode(t)
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ client, transport string }{
		{"9", "long-polling"},
		{"9", "websocket"},
		{"3", "long-polling"},
		{"3", "websocket"},
	} {
		t.Run(c.client+" over "+c.transport, func(t *testing.T) {
			saved := t.TempDir()
			watch := start(t, binary, "watch", "--listen", "127.0.0.1:0", "--target", serve(t), "--save", saved, "--require", "InitiateTransfer,CompleteTransfer")
			url := watch.expect("listening on ")
			got := node(t, "transfer.mjs", "--url", url, "--client", c.client, "--transport", c.transport).wait()
			want := "cometd " + c.client + " over " + c.transport + ": Ringing, Established, Held, Dialing, Released, Released"
			if got != want {
				t.Errorf("the client's last line:\n got %q\nwant %q", got, want)
			}
			if err := watch.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if last := watch.wait(); !strings.Contains(last, "conforms in part") {
				t.Errorf("the watch ends with %q", last)
			}
			files, err := filepath.Glob(filepath.Join(saved, "*.ndjson"))
			if err != nil || len(files) != 1 {
				t.Fatalf("saved: %v, %v", files, err)
			}
			text, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), `"notificationType":"StatusChange"`); n != 6 {
				t.Errorf("%d notifications were seen of 6", n)
			}
			if strings.Contains(string(text), "agent-secret") {
				t.Error("a password was saved")
			}
		})
	}
}
