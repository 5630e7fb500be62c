package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// ReadGinkgo makes results of what `ginkgo --json-report` wrote, also of several processes (ginkgo -p). Specs that are not
// voicespec's are left out.
func ReadGinkgo(data []byte, registry *requirement.Registry, gate requirement.Level, version string) (*result.Report, error) {
	var suites []types.Report
	if err := json.Unmarshal(data, &suites); err != nil {
		return nil, fmt.Errorf("read the report of ginkgo: %w; results.json, or what ginkgo --json-report wrote, is needed", err)
	}
	r := &result.Report{Version: 1, Suite: version, Target: "the target of ginkgo", Gate: gate, Selection: &result.Selection{Gate: gate}}
	for _, suite := range suites {
		suite.SpecReports = slices.DeleteFunc(slices.Clone(suite.SpecReports), func(s types.SpecReport) bool { return !spec.IsCheck(s) })
		checks, broken := spec.Results(suite, registry)
		if len(broken) > 0 {
			return nil, fmt.Errorf("read the report of ginkgo: voicespec itself failed: %s", broken[0])
		}
		if len(checks) == 0 {
			continue
		}
		r.Checks = append(r.Checks, checks...)
		if r.Started.IsZero() {
			r.Started = suite.StartTime.UTC()
		}
		r.DurationMs += ms(suite.RunTime)
		r.Selection.LabelFilter = suite.SuiteConfig.LabelFilter
	}
	if len(r.Checks) == 0 {
		return nil, errors.New("read the report of ginkgo: it holds no check of voicespec; name the --json-report of a suite that registers them")
	}
	r.Count()
	r.Decide()
	return r, nil
}
