package report_test
import ("testing";"os";"fmt";"github.com/voicespec/voicespec/runner/report";"github.com/voicespec/voicespec/runner/report/internal/sample")
func TestDemo(t *testing.T){
 for n,in:=range map[string]report.Input{"fail":sample.Failing(),"clean":sample.Clean(120,7),"evil":attacked()} {
 f,_:=os.Create("/tmp/"+n+".html"); if err:=report.WriteHTML(f,in);err!=nil{t.Fatal(err)}; s,_:=f.Stat(); fmt.Println(n,s.Size()); f.Close()}
}
