package phone

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A session timer (RFC 4028) ends a call of which the other end is gone: one end refreshes it, by a re-INVITE that changes nothing, and
// where that does not come the other hangs up.

// session is what was agreed on for a call.
type session struct {
	interval time.Duration // 0: nothing
	ours     bool          // we refresh
	timer    *time.Timer
}

// sessionOf is the session timer that a message asks for or agrees to; 0 for none.
func sessionOf(m sip.Message) (interval time.Duration, refresher string) {
	value := cmp.Or(valueOf(m, "Session-Expires"), valueOf(m, "x"))
	seconds, params, _ := strings.Cut(value, ";")
	n, err := strconv.Atoi(strings.TrimSpace(seconds))
	if err != nil || n <= 0 {
		return 0, ""
	}
	refresher = "uac"
	for param := range strings.SplitSeq(params, ";") {
		if strings.EqualFold(strings.ReplaceAll(param, " ", ""), "refresher=uas") {
			refresher = "uas"
		}
	}
	return time.Duration(n) * time.Second, refresher
}

func sessionExpires(interval time.Duration, refresher string) string {
	return fmt.Sprintf("%d;refresher=%s", int(interval/time.Second), refresher)
}

// intervalTooSmall is what an end answers to a session that is shorter than it takes; Min-SE says how long it has to be.
const intervalTooSmall = 422

// lengthen takes the time of a session that the other end wants, and reports whether that is longer than it was.
func (c *call) lengthen(res *sip.Response) bool {
	n, err := strconv.Atoi(valueOf(res, "Min-SE"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || time.Duration(n)*time.Second <= c.least {
		return false
	}
	c.least = time.Duration(n) * time.Second
	return true
}

// timed asks in an INVITE that is sent again for a session of the least time.
func (c *call) timed(req *sip.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timedAs(req, c.least, true)
}

// timedAs asks for a session timer. The caller holds mu.
func (c *call) timedAs(req *sip.Request, interval time.Duration, ours bool) {
	refresher := "uas"
	if ours {
		refresher = "uac"
	}
	req.RemoveHeader("Session-Expires")
	req.AppendHeader(sip.NewHeader("Session-Expires", sessionExpires(interval, refresher)))
	if c.least > 0 {
		req.RemoveHeader("Min-SE")
		req.AppendHeader(sip.NewHeader("Min-SE", strconv.Itoa(int(c.least/time.Second))))
	}
}

// agreeTo answers a request's session timer: who refreshes is as the other end says; where that does not know of timers, we do.
func (c *call) agreeTo(req *sip.Request, res *sip.Response) {
	interval, refresher := sessionOf(req)
	if interval == 0 {
		c.keepSession(0, false)
		return
	}
	if supports(req, "timer") {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	} else {
		refresher = "uas"
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", sessionExpires(interval, refresher)))
	c.keepSession(interval, refresher == "uas")
}

// agreed takes the session timer from the answer to a request of ours. An end that has none leaves it to who asked.
func (c *call) agreed(res *sip.Response) {
	if interval, refresher := sessionOf(res); interval > 0 {
		c.keepSession(interval, refresher == "uac")
		return
	}
	c.mu.Lock()
	before := c.session
	c.mu.Unlock()
	if !before.ours {
		before.interval = 0
	}
	c.keepSession(before.interval, before.ours)
}

// keepSession begins the time of a session anew. What is not refreshed ends.
func (c *call) keepSession(interval time.Duration, ours bool) {
	after, do := interval-min(32*time.Second, interval/3), func() { c.phone.spawn(func() { c.hangUp(c.phone.life) }) }
	if ours {
		after, do = interval/2, c.refreshSession
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session.timer != nil {
		c.session.timer.Stop()
	}
	c.session = session{interval: interval, ours: ours}
	select {
	case <-c.over:
	default:
		if interval > 0 {
			c.session.timer = time.AfterFunc(after, do)
		}
	}
}

// refreshSession is a re-INVITE that changes nothing.
func (c *call) refreshSession() {
	c.mu.Lock()
	if again := c.holding; c.wanted == nil && !c.offering {
		c.wanted = &again
	}
	c.mu.Unlock()
	c.phone.spawn(c.change)
}

// refreshLater is for a refreshment that came to nothing: the call goes on as it was, and so does its session.
func (c *call) refreshLater() {
	c.mu.Lock()
	before := c.session
	c.mu.Unlock()
	if before.ours {
		c.keepSession(before.interval, true)
	}
}

func supports(m sip.Message, option string) bool {
	for _, name := range []string{"Supported", "k", "Require"} {
		for o := range strings.SplitSeq(valueOf(m, name), ",") {
			if strings.EqualFold(strings.TrimSpace(o), option) {
				return true
			}
		}
	}
	return false
}
