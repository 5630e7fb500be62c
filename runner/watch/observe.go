package watch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// largest is how much of a body is looked at.
const largest = 8 << 20

// exchange is one request with its answer.
type exchange struct {
	remote          string
	method, path    string // the path with its query
	asked, answered http.Header
	sent, came      []byte
	whole           bool // all of the answer is there
	status          int
	began, ended    time.Time
}

// observe reads what went over one connection.
func (w *Watcher) observe(remote string, asked, answered *tap) {
	defer asked.drop()
	defer answered.drop()
	requests, answers := bufio.NewReader(asked), bufio.NewReader(answered)
	who := remote
	for {
		x, upgraded, err := w.next(remote, requests, answers, asked, answered)
		if x != nil {
			who = w.exchanged(x)
		}
		switch {
		case upgraded:
			w.frames(who, x, requests, answers, asked, answered)
			return
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			w.lost(who, time.Now(), "what went over a connection could not be read: "+err.Error())
			return
		}
	}
}

// next reads one exchange; nil where the connection ends before it.
func (w *Watcher) next(remote string, requests, answers *bufio.Reader, asked, answered *tap) (x *exchange, upgraded bool, err error) {
	if _, err := requests.Peek(1); err != nil {
		return nil, false, err
	}
	x = &exchange{remote: remote, began: asked.last()}
	request, err := http.ReadRequest(requests)
	if err != nil {
		return nil, false, unexpected(err)
	}
	x.method, x.path, x.asked = request.Method, request.RequestURI, request.Header
	if x.sent, _, err = body(request.Body); err != nil {
		return nil, false, unexpected(err)
	}
	w.polling(x)
	response, err := http.ReadResponse(answers, request) //nolint:bodyclose // body closes it
	for err == nil && response.StatusCode < 200 && response.StatusCode != http.StatusSwitchingProtocols {
		response, err = http.ReadResponse(answers, request) //nolint:bodyclose // body closes it
	}
	if err != nil {
		x.ended = time.Now()
		return x, false, err // there is no answer, or none that can be read
	}
	x.status, x.answered = response.StatusCode, response.Header
	if x.status == http.StatusSwitchingProtocols {
		x.ended = answered.last()
		return x, true, nil
	}
	x.came, x.whole, err = body(response.Body)
	x.ended = answered.last()
	if x.whole && strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		x.came, x.whole = unzipped(x.came)
	}
	return x, false, unexpected(err)
}

// unexpected makes the end of a connection in the midst of something what it is.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// body reads a body; what is too large is read over, and not whole.
func body(r io.ReadCloser) (data []byte, whole bool, err error) {
	defer func() { _ = r.Close() }()
	data, err = io.ReadAll(io.LimitReader(r, largest))
	if err != nil {
		return data, false, err
	}
	n, err := io.Copy(io.Discard, r)
	return data, n == 0 && err == nil, err
}

func unzipped(data []byte) ([]byte, bool) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return data, true // it says so and is none: that is for the judge
	}
	plain, err := io.ReadAll(io.LimitReader(z, largest))
	return plain, err == nil && len(plain) < largest
}
