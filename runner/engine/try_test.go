package engine

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/result"
)

func TestTry(t *testing.T) {
	url := os.Getenv("TRY")
	if url == "" {
		t.Skip()
	}
	tg := &config.Target{URL: url, Stations: []config.Station{{Agent: config.Party{User: "agent", Password: "agent-secret", Number: "5005"}, Caller: config.Party{User: "caller", Password: "caller-secret", Number: "5000"}, Destination: config.Party{User: "destination", Password: "destination-secret", Number: "5001"}}}}
	tg.SetDefaults()
	f, _ := os.Create("/tmp/try/run.ndjson")
	defer f.Close()
	out, err := Run(context.Background(), Options{Target: tg, Save: f, LabelFilter: os.Getenv("LF")})
	fmt.Println("err", err)
	if out == nil {
		return
	}
	fmt.Println(out.Report.Outcome, out.Report.Counts, out.Report.DurationMs)
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed {
			fmt.Println(c.Message)
		} else if c.Outcome != result.Passed && c.Outcome != result.NotSelected {
			fmt.Println(c.ID, c.Outcome, c.Message)
		}
	}
	for _, l := range out.Report.Cleanup {
		fmt.Println("left", l)
	}
}
