package interop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// requireSIP turns what is skipped without kamailio into a failure (CI).
var requireSIP = os.Getenv("VOICESPEC_REQUIRE_SIP") != ""

// freePort is a port that nobody listens at, neither by UDP nor by TCP.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// kamailio starts a registrar and proxy that trusts the SIP side at server, and gives its address.
func kamailio(t *testing.T, server string) string {
	t.Helper()
	program, err := exec.LookPath("kamailio")
	if err != nil && requireSIP {
		t.Fatal("VOICESPEC_REQUIRE_SIP is set, but there is no kamailio: install kamailio")
	}
	if err != nil {
		t.Skip("there is no kamailio: install kamailio")
	}
	template, err := os.ReadFile("kamailio.cfg")
	if err != nil {
		t.Fatal(err)
	}
	dir, port := t.TempDir(), freePort(t)
	file := filepath.Join(dir, "kamailio.cfg")
	text := strings.NewReplacer("SERVER", server, "PORT", port).Replace(regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(string(template), ""))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command := exec.Command(program, "-DD", "-E", "-m", "32", "-M", "4", "-f", file, "-w", dir, "-Y", dir) // not of the test's context: it has children
	command.Stdout, command.Stderr = &said, &said
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Logf("kamailio: %s", said.String())
		}
	})
	address := "127.0.0.1:" + port
	awaitOptions(t, address, ended)
	return address
}

// awaitOptions asks a proxy for its options until it answers.
func awaitOptions(t *testing.T, address string, ended <-chan struct{}) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	defer cancel()
	buf := make([]byte, 4096)
	for n := 1; ; n++ {
		request := fmt.Sprintf("OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKtest%d\r\nFrom: <sip:test@%s>;tag=t\r\nTo: <sip:%s>\r\n"+
			"Call-ID: test\r\nCSeq: %d OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", address, conn.LocalAddr(), n, address, address, n)
		if _, err := conn.Write([]byte(request)); err == nil {
			_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			if got, err := conn.Read(buf); err == nil && bytes.HasPrefix(buf[:got], []byte("SIP/2.0 200")) {
				return
			}
		}
		select {
		case <-ended:
			t.Fatal("kamailio ended")
		case <-ctx.Done():
			t.Fatal("kamailio does not answer")
		default:
		}
	}
}

// serveSIP starts the reference server with its SIP side, and gives its address.
func serveSIP(t *testing.T, binary, side string, more ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, "serve", "--addr", "127.0.0.1:0", "--sip", side)
	command.Args = append(command.Args, more...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() })
	var url string
	if _, err := fmt.Fscanf(out, "listening on %s\n", &url); err != nil {
		t.Fatal(err)
	}
	return url
}

// telephoned runs the catalogue with a target file that says who is who, and gives what became of it.
func telephoned(t *testing.T, url, people string, more ...string) (counts map[string]int) {
	t.Helper()
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config, results, saved := filepath.Join(dir, "voicespec.yaml"), filepath.Join(dir, "results.json"), filepath.Join(dir, "run.ndjson")
	if err := os.WriteFile(config, []byte("target: "+url+"\nstations:\n  -\n"+people), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), binary, "run", "--config", config, "--report-dir", "", "--json", results, "--save", saved)
	run.Args = append(run.Args, more...)
	run.Env = append(os.Environ(), "PHONE=phone-of-")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("voicespec run: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(results)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Counts     map[string]int `json:"counts"`
		LeftBehind []string       `json:"leftBehind"`
	}
	if err := json.Unmarshal(raw, &report); err != nil {
		t.Fatal(err)
	}
	if report.Counts["failed"]+report.Counts["blocked"] > 0 || len(report.LeftBehind) > 0 {
		t.Errorf("%+v", report)
	}
	recording, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(recording, []byte("phone-of-")) || bytes.Contains(recording, []byte("response=")) {
		t.Error("a telephone's password, or what it can be guessed from, is in the recording")
	}
	if n := bytes.Count(recording, []byte(`"kind":"sip"`)); n < 200 {
		t.Errorf("%d SIP messages were recorded", n)
	}
	return report.Counts
}

// at is somebody of a target file with a telephone at a registrar.
func at(registrar, role, number, transport string) string {
	return fmt.Sprintf("    %s: {user: %s, password: %s-secret, number: %q, phone: {registrar: %q, password: \"${PHONE}%s\", transport: %s}}\n",
		role, role, role, number, registrar, number, transport)
}

// TestTelephonesThroughKamailio is the whole catalogue, with three telephones at a registrar and proxy of another project, which asks for
// digests: by UDP, TCP and UDP.
func TestTelephonesThroughKamailio(t *testing.T) {
	side := "127.0.0.1:" + freePort(t)
	proxy := kamailio(t, side)
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	url := serveSIP(t, binary, side, "--sip-proxy", proxy)
	counts := telephoned(t, url, at(proxy, "agent", "5005", "udp")+at(proxy, "caller", "5000", "tcp")+at(proxy, "destination", "5001", "udp"))
	if counts["passed"] < 1000 || counts["untestable"] > 0 {
		t.Errorf("%+v", counts)
	}
}

// TestCallerThroughKamailio is the whole catalogue with a caller who is no user of the server: he dials and is called by SIP.
func TestCallerThroughKamailio(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		side := "127.0.0.1:" + freePort(t)
		proxy := kamailio(t, side)
		binary, err := voicespec()
		if err != nil {
			t.Fatal(err)
		}
		url := serveSIP(t, binary, side, "--sip-proxy", proxy, "--sip-outside", "5900")
		caller := fmt.Sprintf("    caller: {number: \"5900\", sip: {registrar: %q, password: \"${PHONE}5900\", transport: %s}}\n", proxy, transport)
		counts := telephoned(t, url, at(proxy, "agent", "5005", "udp")+caller+at(proxy, "destination", "5001", "tcp"))
		if counts["passed"] < 1500 || counts["untestable"] > 185 {
			t.Errorf("%s: %+v", transport, counts)
		}
	}
}

// sippProgram is that of Debian's sip-tester; a test without it is skipped, except where it is required.
func sippProgram(t *testing.T) string {
	t.Helper()
	sipp, err := exec.LookPath("sipp")
	if err != nil && requireSIP {
		t.Fatal("VOICESPEC_REQUIRE_SIP is set, but there is no sipp: install sip-tester")
	}
	if err != nil {
		t.Skip("there is no sipp: install sip-tester")
	}
	return sipp
}

// sippAnswers has sipp answer by itself whatever comes to 5901, which is registered at a SIP side.
func sippAnswers(t *testing.T, sipp, side string) {
	t.Helper()
	port := freePort(t)
	command := exec.Command(sipp, "-sf", "called.xml", "-i", "127.0.0.1", "-p", port, "-nostdin", "-aa")
	command.Env = append(os.Environ(), "TERM=dumb")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	awaitOptions(t, "127.0.0.1:"+port, nil)
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", side)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := fmt.Sprintf("REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKtest\r\nFrom: <sip:5901@%s>;tag=t\r\nTo: <sip:5901@%s>\r\nCall-ID: test\r\n"+
		"CSeq: 1 REGISTER\r\nContact: <sip:5901@127.0.0.1:%s>\r\nExpires: 3600\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
		side, conn.LocalAddr(), side, side, port)
	buf := make([]byte, 4096)
	_ = conn.SetDeadline(time.Now().Add(budget))
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(buf); err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 200")) {
		t.Fatalf("5901 is not registered: %s, %v", buf[:n], err)
	}
}

// TestCallerByProgram is the whole catalogue with a caller whose calls sipp makes: it dials, and ends when it is hung up there. Another
// sipp answers what is dialled to him.
func TestCallerByProgram(t *testing.T) {
	sipp := sippProgram(t)
	scenario, err := filepath.Abs("caller.xml")
	if err != nil {
		t.Fatal(err)
	}
	side := "127.0.0.1:" + freePort(t)
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	url := serveSIP(t, binary, side, "--sip-outside", "5901")
	sippAnswers(t, sipp, side)
	command := fmt.Sprintf("[%q, -sf, %q, -s, \"{number}\", -m, \"1\", -i, 127.0.0.1, -timeout, 60s, -nostdin, %q]", sipp, scenario, side)
	t.Setenv("TERM", "dumb")
	people := fmt.Sprintf("    agent: {user: agent, password: agent-secret, number: \"5005\", phone: {registrar: %q}}\n"+
		"    caller: {number: \"5901\", answer: auto, command: %s}\n    destination: {user: destination, password: destination-secret, number: \"5001\", phone: {registrar: %q}}\n",
		side, command, side)
	counts := telephoned(t, url, people)
	if most := (counts["passed"] + counts["untestable"]) / 5; counts["passed"] < 1400 || counts["untestable"] > most { // what needs the caller's own session
		t.Errorf("%+v", counts)
	}
}
