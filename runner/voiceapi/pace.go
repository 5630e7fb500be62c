package voiceapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Pacer holds back the requests of all clients that share it: to a pace, and for as long as a server asks for by HTTP
// 429, or by 503 with Retry-After. Such an answer did nothing, so the request goes out again.
type Pacer struct {
	interval time.Duration // between two requests; 0: none

	mu    sync.Mutex
	next  time.Time // when the next request may go out
	held  map[int]int
	spent time.Duration
	over  string // why nothing is waited out any more
}

// NewPacer keeps so many requests a second; 0 means: as fast as they come.
func NewPacer(perSecond int) *Pacer {
	p := &Pacer{held: map[int]int{}}
	if perSecond > 0 {
		p.interval = time.Second / time.Duration(perSecond)
	}
	return p
}

// Note says what was waited out; "" for nothing.
func (p *Pacer) Note() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var parts []string
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		if n := p.held[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d times", named(status), n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("the server, or what stands before it, asked to wait: %s, which was heeded (%s in all); pace: in the target file "+
		"keeps below such a limit", strings.Join(parts, " and "), p.spent.Round(time.Second))
}

// Holds reports whether requests are held back: to a pace, or since the server asked for it.
func (p *Pacer) Holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.interval > 0 || len(p.held) > 0
}

// Exhausted says that a server asked for more time than a request has; "" if none did.
func (p *Pacer) Exhausted() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

func named(status int) string { return fmt.Sprintf("HTTP %d (%s)", status, http.StatusText(status)) }

// turn waits until a request may go out.
func (p *Pacer) turn(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	at := now
	if p.next.After(now) {
		at = p.next
	}
	if p.interval > 0 {
		p.next = at.Add(p.interval)
	}
	p.mu.Unlock()
	return sleep(ctx, at.Sub(now))
}

// sleep waits, unless the context ends before.
func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hold keeps all requests back for a while, if the request that asks has so much time; alone says that its refusal says
// nothing of others.
func (p *Pacer) hold(ctx context.Context, status int, wait time.Duration, alone bool) bool {
	deadline, bounded := ctx.Deadline()
	now := time.Now()
	if !bounded {
		deadline = now.Add(defaultTimeout)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over != "" {
		return false
	}
	until := now.Add(wait)
	if until.After(deadline) {
		if !alone {
			p.over = fmt.Sprintf("%s was answered for as long as a request may take", named(status))
			if wait > time.Second {
				p.over += fmt.Sprintf(", at last with the request to wait %s", wait.Round(time.Second))
			}
		}
		return false
	}
	p.held[status]++
	if until.After(p.next) {
		p.spent += until.Sub(now)
		p.next = until
	}
	return true
}

// mostUpgrades is how often an upgrade is tried again.
const mostUpgrades = 5

// Again waits as long as the answer to an upgrade asks for, and reports whether it may be tried again. Requests go on meanwhile,
// since what turns an upgrade away may take all others; tries are counted from 0.
func (c *Client) Again(ctx context.Context, refused *http.Response, try int) bool {
	p := c.options.Pacer
	wait, asked := askedToWait(refused, try)
	deadline, bounded := ctx.Deadline()
	if p == nil || !asked || try >= mostUpgrades || bounded && time.Until(deadline) < wait {
		return false
	}
	p.mu.Lock()
	p.held[refused.StatusCode]++
	p.spent += wait
	p.mu.Unlock()
	return sleep(ctx, wait) == nil
}

// paced is a transport whose requests a Pacer holds back.
type paced struct {
	http.RoundTripper

	pacer *Pacer
	alone bool
}

// RoundTrip sends a request until the answer is another than: not now.
func (t *paced) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil && req.Body != http.NoBody {
		var err error
		body, err = io.ReadAll(req.Body)
		_ = req.Body.Close() // read
		if err != nil {
			return nil, err
		}
	}
	var refused *http.Response
	for try := 0; ; try++ {
		if err := t.pacer.turn(req.Context()); err != nil {
			return t.late(req.Context(), refused, err)
		}
		sent := new(http.Request)
		*sent = *req
		if body != nil {
			sent.Body = io.NopCloser(bytes.NewReader(body))
		}
		resp, err := t.RoundTripper.RoundTrip(sent)
		if err != nil {
			return t.late(req.Context(), refused, err)
		}
		wait, asked := askedToWait(resp, try)
		if !asked || !t.pacer.hold(req.Context(), resp.StatusCode, wait, t.alone) {
			return resp, nil
		}
		text, _ := io.ReadAll(io.LimitReader(resp.Body, maxDiscarded)) // so that the connection can be used again
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(text))
		refused = resp
	}
}

// late is what comes of a request whose time was over: its last refusal, where the time went into waiting as that asked. What
// is left of it then is too short to tell whether the server would have answered.
func (t *paced) late(ctx context.Context, refused *http.Response, err error) (*http.Response, error) {
	if refused == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, err
	}
	if !t.alone {
		t.pacer.mu.Lock()
		t.pacer.over = cmp.Or(t.pacer.over, fmt.Sprintf("%s was answered for as long as a request may take", named(refused.StatusCode)))
		t.pacer.mu.Unlock()
	}
	return refused, nil
}

const (
	maxDiscarded = 64 << 10
	firstWait    = 100 * time.Millisecond // where none is named
	mostDoubled  = 5
)

// askedToWait reports whether an answer says: not now, and how long. Retry-After is seconds or a date.
func askedToWait(resp *http.Response, try int) (wait time.Duration, asked bool) {
	after := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if resp.StatusCode != http.StatusTooManyRequests && (resp.StatusCode != http.StatusServiceUnavailable || after == "") {
		return 0, false
	}
	least := firstWait << min(try, mostDoubled)
	if seconds, err := strconv.ParseUint(after, 10, 31); err == nil {
		return max(least, time.Duration(seconds)*time.Second), true
	}
	if at, err := http.ParseTime(after); err == nil {
		now := time.Now()
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			now = date // the server's clock
		}
		return max(least, at.Sub(now)), true
	}
	return least, true
}
