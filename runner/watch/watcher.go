package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/foreign"
	"github.com/voicespec/voicespec/runner/recording"
)

// Limits of what is held while the judge or the disk is behind: less than 256 MiB, decoded and all.
const (
	mostTapped  = 32 << 20 // bytes that were passed on and are not read yet
	mostWaiting = 64 << 20 // weight of entries that are not recorded yet
	mostSecrets = 10_000   // values that are cut where they stand, the newest ones
	perValue    = 8        // what an entry weighs in memory, in times its bytes
)

// Options of a Watcher.
type Options struct {
	HashUserData bool
	Save         *Journal // nil: nothing is saved
	Judge        Judge
	Metrics      *Metrics
	Say          func(text string) // what an operator must know
	Found        func([]Finding)   // findings as they come
	Reported     func()            // called when all that has come is judged: at Report and Close
	Header       *recording.Header // that the Judge goes by; what is learnt of people stands in it
	Every        time.Duration     // how often what is over is judged
}

// Watcher makes a recording of what is passed on, and has it judged.
type Watcher struct {
	options Options
	budget  *budget
	begun   time.Time
	queue   chan item
	lines   *ladder
	cast    *cast

	mu      sync.Mutex
	people  *people
	secrets foreign.Secrets
	waiting int  // weight of the queue
	behind  bool // entries were left out since
	reports chan chan struct{}
	done    chan struct{}
}

// New begins to watch; Close ends it.
func New(o Options) *Watcher {
	if o.Every == 0 {
		o.Every = 2 * time.Second
	}
	w := &Watcher{
		options: o, budget: &budget{limit: mostTapped}, begun: time.Now(), queue: make(chan item, 100_000), lines: &ladder{},
		cast:   &cast{header: o.Header, shown: map[someone]*shown{}},
		people: newPeople(), secrets: foreign.Secrets{Most: mostSecrets}, reports: make(chan chan struct{}), done: make(chan struct{}),
	}
	if o.Judge != nil {
		o.Judge.Redact(w.Cut)
	}
	go w.work()
	return w
}

func (w *Watcher) tap() *tap { return newTap(w.budget) }

func (w *Watcher) since(at time.Time) float64 { return at.Sub(w.begun).Seconds() }

// item is something that was seen: an entry of the recording, or what happened to a session.
type item struct {
	at     float64 // where it stands in the recording
	entry  *recording.Entry
	event  event
	who    string
	client string // the Bayeux session
	weight int
}

// event is what happened to a session.
type event int

const (
	none event = iota
	shook
	polling
	polled
	ended
)

// add gives an entry of somebody to whoever records and judges. Where they are too far behind, it is left out, and that is noted.
func (w *Watcher) add(e *recording.Entry, who, client string) {
	e.Decode()
	weight := perValue * (len(e.Message) + len(e.Request) + len(e.Response) + len(e.ResponseText) + len(e.RequestText) + 200)
	w.mu.Lock()
	defer w.mu.Unlock()
	e.Actor, e.Station = w.people.part(who)
	if w.waiting+weight > mostWaiting || len(w.queue) == cap(w.queue) {
		w.behind = true
		w.options.Metrics.lost()
		return
	}
	if w.behind {
		w.behind = false
		w.send(item{at: e.At, entry: hole(e.At)})
	}
	w.waiting += weight
	w.send(item{at: max(e.At, e.AnsweredAt), entry: e, who: who, client: client, weight: weight})
}

// hole is where something was left out.
func hole(at float64) *recording.Entry {
	return &recording.Entry{Kind: recording.KindGap, At: at, Text: "more came than could be judged and saved"}
}

// happened notes an event of a session.
func (w *Watcher) happened(what event, who, client string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(item{at: w.since(at), event: what, who: who, client: client})
}

// send puts something into the queue, which has room but for the last place.
func (w *Watcher) send(i item) {
	select {
	case w.queue <- i:
	default:
		w.behind = true
	}
}

// lost notes that something of somebody's session was not seen.
func (w *Watcher) lost(who string, at time.Time, why string) {
	w.add(&recording.Entry{Kind: recording.KindGap, At: w.since(at), Text: why}, who, "")
}

func (w *Watcher) unreachable(err error) {
	w.options.Say("the target was not reached: " + err.Error())
}

const root = "/api/v2"

// exchanged files one exchange, and returns who sent it.
func (w *Watcher) exchanged(x *exchange) string {
	w.mu.Lock()
	for name, values := range x.asked {
		for _, v := range values {
			w.secrets.Header(name, v)
		}
	}
	for name, values := range x.answered {
		for _, v := range values {
			w.secrets.Header(name, v)
		}
	}
	who := w.people.of(x)
	w.mu.Unlock()
	at := strings.Index(x.path, root+"/")
	switch list := foreign.Messages(x.came); {
	case x.status == 101:
	case strings.Contains(x.path, "/notifications") || bytes.Contains(x.sent, []byte(`"/meta/`)) && foreign.Messages(x.sent) != nil:
		w.polled(who, x, list)
	case at >= 0:
		w.asked(who, x, x.path[at+len(root):])
	}
	return who
}

func (w *Watcher) asked(who string, x *exchange, path string) {
	e := &recording.Entry{
		Kind: recording.KindRest, At: w.since(x.began), AnsweredAt: w.since(x.ended), Method: x.method, Path: path, Status: x.status,
	}
	e.Request, e.RequestText = w.body(x.sent)
	if kind := x.asked.Get("Content-Type"); len(x.sent) > 0 && !recording.AsJSON(kind) {
		e.RequestType = kind
	}
	switch {
	case x.status == 0:
		e.Problem, e.AnsweredAt = "reset", 0
	case !x.whole:
		e.Problem = "too-large"
	default:
		e.Response, e.ResponseText = w.body(x.came)
	}
	e.Headers = map[string]string{}
	if kind := x.answered.Get("Content-Type"); kind != "" {
		e.Headers["Content-Type"] = kind
	}
	if e.Problem == "" && len(x.came) == 0 {
		e.Headers["Content-Length"] = "0" // it came whole, and there was none
	}
	w.add(e, who, "")
}

// polling notes that a request of Bayeux is on its way.
func (w *Watcher) polling(x *exchange) {
	if id := client(foreign.Messages(x.sent)); id != "" {
		w.happened(polling, "", id, x.began)
	}
}

// polled files what a request of Bayeux brought.
func (w *Watcher) polled(who string, x *exchange, list []json.RawMessage) {
	id := client(foreign.Messages(x.sent))
	if id != "" {
		w.happened(polled, who, id, x.ended)
	}
	if x.status != 200 || !x.whole || list == nil {
		w.lost(who, x.ended, fmt.Sprintf("a poll was answered by HTTP %d and no Bayeux", x.status))
		return
	}
	w.replied(who, list, x.ended)
	for _, m := range list {
		w.told(who, id, m, x.ended, "long-polling")
	}
}

// replied notes what replies say of sessions.
func (w *Watcher) replied(who string, list []json.RawMessage, at time.Time) {
	for _, m := range metas(list) {
		switch {
		case m.Channel == "/meta/handshake" && m.ClientID != "" && m.Successful == true:
			w.happened(shook, who, m.ClientID, at)
		case m.Channel == "/meta/disconnect" && m.ClientID != "":
			w.happened(ended, who, m.ClientID, at)
		}
	}
}

// framed files a message of a WebSocket, and returns the session that it speaks of.
func (w *Watcher) framed(who, id string, text []byte, at time.Time, sent bool) string {
	list := foreign.Messages(text)
	if named := client(list); named != "" {
		id = named
	}
	if sent {
		if id != "" {
			w.happened(polling, who, id, at)
		}
		return id
	}
	w.replied(who, list, at)
	for _, m := range list {
		w.told(who, id, m, at, "websocket")
	}
	return id
}

func (w *Watcher) told(who, id string, m json.RawMessage, at time.Time, transport string) {
	var b struct {
		Channel string          `json:"channel"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(m, &b) != nil || b.Data == nil || strings.HasPrefix(b.Channel, "/meta/") {
		return
	}
	raw, _ := w.body(m)
	if raw == nil {
		raw = m
	}
	w.add(&recording.Entry{Kind: recording.KindMessage, At: w.since(at), Channel: b.Channel, Transport: transport, Message: raw}, who, id)
}

// Cut is a text without the secrets that were seen.
func (w *Watcher) Cut(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.secrets.Cut(text)
}

// body is a body as the recording holds it: JSON, or a text.
func (w *Watcher) body(raw []byte) (asJSON json.RawMessage, asText string) {
	if len(raw) == 0 {
		return nil, ""
	}
	if !json.Valid(raw) || !utf8.Valid(raw) {
		return nil, string(raw)
	}
	if w.options.HashUserData {
		return hashed(raw), ""
	}
	return slices.Clone(raw), ""
}

// hide makes an entry leave the program without secrets. It is judged as it came: what stands in a cookie may be a word of the API,
// or the id of a call, too.
func (w *Watcher) hide(e *recording.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secrets.Show(e)
	shown, changed := e.Copy(), false
	change := func(text *string) {
		if after := w.secrets.Cut(*text); after != *text {
			*text, changed = after, true
		}
	}
	for _, text := range []*string{&shown.Path, &shown.RequestText, &shown.ResponseText, &shown.Text} {
		change(text)
	}
	for _, raw := range []*json.RawMessage{&shown.Request, &shown.Response, &shown.Message} {
		text := string(*raw)
		if change(&text); json.Valid([]byte(text)) {
			*raw = json.RawMessage(text)
			continue
		}
		*raw = nil // what is no JSON any more cannot be shown
	}
	if changed {
		e.Hide(shown)
	}
}

// Report has judged what has come so far and is over.
func (w *Watcher) Report(ctx context.Context) {
	done := make(chan struct{})
	select {
	case w.reports <- done:
		<-done
	case <-ctx.Done():
	}
}

// Close ends watching: what has come is recorded and judged before it returns.
func (w *Watcher) Close() {
	close(w.queue)
	<-w.done
}
