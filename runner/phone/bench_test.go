//go:build unix

package phone_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/phone"
	"github.com/voicespec/voicespec/runner/reference/sip"
)

// cpu is the time that this process has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heap is what is in use, in MB.
func heap() float64 {
	runtime.GC() //nolint:revive // what is in use is asked for, and not what is not collected yet
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc+m.StackInuse) / (1 << 20)
}

// BenchmarkHundred has a hundred telephones registered with digests, and then calls them over and over: ring, NOTIFY, answer, ACK,
// BYE. It tells what they take: memory, what a call costs, and what calls that are up cost while nothing is said.
func BenchmarkHundred(b *testing.B) {
	const phones = 100
	side, err := sip.Listen("127.0.0.1:0", sip.Options{Password: func(number string) string { return "secret-" + number }})
	if err != nil {
		b.Fatal(err)
	}
	defer side.Close()
	before, began := heap(), time.Now()
	var list [phones]*phone.Phone
	var g sync.WaitGroup
	for i := range phones {
		g.Go(func() {
			number := fmt.Sprint(5000 + i)
			p, err := phone.Register(b.Context(), phone.Options{User: number, Password: "secret-" + number, Registrar: side.Addr()})
			if err != nil {
				b.Error(err)
				return
			}
			list[i] = p
		})
	}
	g.Wait()
	registered, more := time.Since(began), heap()-before
	defer func() {
		for _, p := range list {
			if p != nil {
				g.Go(func() { _ = p.Close(b.Context()) })
			}
		}
		g.Wait()
	}()
	call := func(number int) *sip.Line {
		l := side.NewLine(fmt.Sprint(number), "9999", fmt.Sprint("UUID", number))
		if err := l.Invite(side.Description()); err != nil {
			b.Error(err)
		}
		if err := l.Talk(); err != nil {
			b.Error(err)
		}
		l.Confirm(nil)
		return l
	}
	var next atomic.Int64
	b.ResetTimer()
	from, start := cpu(), time.Now()
	for i := range phones { // each takes one call at a time
		g.Go(func() {
			for next.Add(1) <= int64(b.N) {
				call(5000 + i).End("")
			}
		})
	}
	g.Wait()
	b.StopTimer()
	took, worked := time.Since(start), cpu()-from
	lines := make([]*sip.Line, phones)
	for i := range phones {
		lines[i] = call(5000 + i)
	}
	from, start = cpu(), time.Now()
	<-time.After(2 * time.Second) // what talking costs takes time to be seen
	talking := float64(cpu()-from) / float64(time.Since(start)) * 100
	for _, l := range lines {
		g.Go(func() { l.End("") })
	}
	g.Wait()
	b.ReportMetric(more, "MB/100phones")
	b.ReportMetric(float64(registered.Milliseconds()), "ms/registering")
	b.ReportMetric(float64(b.N)/took.Seconds(), "calls/s")
	b.ReportMetric(float64(worked.Microseconds())/float64(b.N), "µs-cpu/call")
	b.ReportMetric(talking, "%core-talking")
}
