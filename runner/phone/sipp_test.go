package phone_test

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/phone"
)

// needCommand skips a test without a program of others, except where it is required.
func needCommand(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("VOICESPEC_REQUIRE_SIP") != "" {
		t.Fatalf("VOICESPEC_REQUIRE_SIP is set, but there is no %s: install %s", name, debian)
	}
	if err != nil {
		t.Skipf("there is no %s: install %s", name, debian)
	}
	return path
}

// TestSIPp has sipp play a Genesys SIP Server, message by message as recorded, fifty times.
func TestSIPp(t *testing.T) {
	sipp := needCommand(t, "sipp", "sip-tester")
	p := newPeer(t)
	ph := p.registered(phone.Options{User: "5005"})
	_, at, _ := strings.Cut(ph.Address(), "@")
	free, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.LocalAddr().String())
	_ = free.Close()
	command := exec.CommandContext(t.Context(), sipp, "-sf", "testdata/sip-server.xml", "-s", "5005", "-m", "50", "-r", "25", "-t", "u1", "-i", "127.0.0.1",
		"-p", port, "-timeout", "30s", "-timeout_error", "-nostdin", at)
	command.Env = append(os.Environ(), "TERM=dumb")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("sipp: %v\n%s", err, out)
	}
}
