package watch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/watch"
)

// stuck judges nothing before it is let go.
type stuck struct {
	idle

	let     <-chan struct{}
	waiting chan struct{} // closed once it waits
	once    sync.Once
}

func (j *stuck) Add(ctx context.Context, e *recording.Entry) error {
	j.once.Do(func() { close(j.waiting) })
	<-j.let
	return j.idle.Add(ctx, e)
}

func (*stuck) Judge(context.Context, float64, bool) (*result.Report, error) {
	return &result.Report{}, nil
}

// A judge who is behind holds nothing up and fills no memory: what is too much is left out, and that is noted.
func TestJudgeBehind(t *testing.T) {
	const (
		requests = 140
		size     = 1 << 20
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, `{"statusCode":0,"read":%d}`, n)
	}))
	defer server.Close()
	let := make(chan struct{})
	j := &stuck{let: let, waiting: make(chan struct{})}
	w := stand(t, server.URL, watch.Options{Judge: j}, false)
	client := &http.Client{}
	body := []byte(`{"operationName":"AttachUserData","userData":{"k":"` + strings.Repeat("x", size) + `"}}`)
	post := func() {
		answer, err := client.Post("http://"+w.address+"/api/v2/me/calls/1", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		came, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if want := fmt.Sprintf(`{"statusCode":0,"read":%d}`, len(body)); string(came) != want {
			t.Fatalf("answered %s, not %s", came, want)
		}
	}
	post()
	<-j.waiting
	for range requests {
		post()
	}
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > 256<<20 {
		t.Errorf("%d MiB are in use", memory.HeapAlloc>>20)
	}
	close(let)
	client.CloseIdleConnections()
	w.close()
	gaps := len(slices.DeleteFunc(slices.Clone(j.entries), func(e *recording.Entry) bool { return e.Kind != recording.KindGap }))
	if len(j.entries)-gaps >= requests || gaps == 0 {
		t.Errorf("%d of %d requests were judged, with %d gaps", len(j.entries)-gaps, requests, gaps)
	}
}

// Recordings that are older than they are to be kept are removed, and nothing else in their folder is.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{"watch-old.ndjson", "watch-young.ndjson", "notes.txt"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "watch-young.ndjson" {
			continue
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"statusCode":0}`) }))
	defer server.Close()
	w := stand(t, server.URL, watch.Options{Save: &watch.Journal{Dir: dir, Keep: 24 * time.Hour, Header: &recording.Header{Version: 1}}}, false)
	get(t, w.address)
	w.close()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = x.Name()
	}
	if len(names) != 3 || slices.Contains(names, "watch-old.ndjson") || !slices.Contains(names, "notes.txt") || !slices.Contains(names, "watch-young.ndjson") {
		t.Errorf("in the folder are %v", names)
	}
}

func get(t testing.TB, address string) {
	t.Helper()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	answer, err := client.Get("http://" + address + "/api/v2/me")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if string(body) != `{"statusCode":0}` {
		t.Errorf("answered %q", body)
	}
}

// A connection that the server resets is reset for the client, too.
func TestResetPasses(t *testing.T) {
	l := listen(t, false)
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}()
	w := stand(t, "http://"+l.Addr().String(), watch.Options{}, false)
	conn, err := net.Dial("tcp", w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "G"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
}

// BenchmarkRequest says what a request costs, directly and through a watch in turns, and the median of the difference.
func BenchmarkRequest(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"statusCode":0}`) }))
	defer server.Close()
	w := stand(b, server.URL, watch.Options{}, false)
	client := &http.Client{}
	ask := func(url string) time.Duration {
		begun := time.Now()
		answer, err := client.Post(url+"/api/v2/me/calls/1", "application/json", strings.NewReader(`{"operationName":"Hold"}`))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return time.Since(begun)
	}
	var directly, through []time.Duration
	for b.Loop() {
		directly = append(directly, ask(server.URL))
		through = append(through, ask("http://"+w.address))
	}
	client.CloseIdleConnections()
	median := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)/2].Microseconds())
	}
	d, p := median(directly), median(through)
	b.ReportMetric(d, "direct-µs")
	b.ReportMetric(p, "through-µs")
	b.ReportMetric(p-d, "cost-µs")
}
