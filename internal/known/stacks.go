package known

// A Resident says why goroutines of popular packages stand where they stand in
// a healthy program.
type Resident struct {
	Why   string // what such a goroutine is
	Grows string // what it usually means when there are more and more; may be empty
}

// Reasons why kept connections pile up.
const (
	bodiesWhy = "response bodies that are not closed, or a new http.Transport for each request"
	rowsWhy   = "an sql.DB that is opened for each request, or not closed"
	grpcWhy   = "client connections that are dialled for each request and not closed"
	logWhy    = "a logger that is made for each request"
)

// residents are the functions by import path without major version, and by
// name as in a stack.
var residents = map[string]map[string]Resident{
	"net/http": {
		"(*persistConn).readLoop":             {"reads from a connection of an http client, in use or kept alive", bodiesWhy},
		"(*persistConn).writeLoop":            {"writes to a connection of an http client, in use or kept alive", bodiesWhy},
		"(*http2ClientConn).readLoop":         {"reads from an HTTP/2 connection of a client", bodiesWhy},
		"(*http2clientConnReadLoop).run":      {"reads from an HTTP/2 connection of a client", bodiesWhy},
		"(*http2serverConn).serve":            {"serves an HTTP/2 connection", ""},
		"(*http2serverConn).readFrames":       {"serves an HTTP/2 connection", ""},
		"(*connReader).Read":                  {"waits for the next request on a server's connection", "clients that keep connections open: set Server.IdleTimeout and ReadTimeout"},
		"(*connReader).backgroundRead":        {"watches whether the client of a running request goes away", ""},
		"(*Server).Serve":                     {"accepts connections", ""},
		"(*Server).ServeTLS":                  {"accepts connections", ""},
		"(*http2ClientConn).startIdleTimer":   {"waits to close an idle connection", ""},
		"(*Transport).startDialConnForLocked": {"dials a connection for an http client", ""},
	},
	"golang.org/x/net/http2": {
		"(*ClientConn).readLoop":    {"reads from an HTTP/2 connection of a client", bodiesWhy},
		"(*clientConnReadLoop).run": {"reads from an HTTP/2 connection of a client", bodiesWhy},
		"(*serverConn).serve":       {"serves an HTTP/2 connection", ""},
		"(*serverConn).readFrames":  {"serves an HTTP/2 connection", ""},
	},
	"database/sql": {
		"(*DB).connectionOpener":   {"opens connections of an sql.DB", rowsWhy},
		"(*DB).connectionResetter": {"resets connections of an sql.DB", rowsWhy},
		"(*DB).connectionCleaner":  {"closes old connections of an sql.DB", rowsWhy},
	},
	"google.golang.org/grpc/internal/transport": {
		"(*http2Client).reader":        {"reads from a connection of a grpc client", grpcWhy},
		"(*http2Client).keepalive":     {"keeps a connection of a grpc client alive", grpcWhy},
		"(*controlBuffer).get":         {"writes to a grpc connection", grpcWhy},
		"(*loopyWriter).run":           {"writes to a grpc connection", grpcWhy},
		"(*http2Server).keepalive":     {"keeps a connection of a grpc server alive", ""},
		"(*http2Server).HandleStreams": {"reads from a connection of a grpc server", ""},
	},
	"google.golang.org/grpc/internal/grpcsync": {
		"(*CallbackSerializer).run": {"runs callbacks of a grpc client in order", grpcWhy},
	},
	"google.golang.org/grpc": {
		"(*Server).Serve":              {"accepts connections", ""},
		"(*ccBalancerWrapper).watcher": {"watches the balancer of a grpc client", grpcWhy},
		"(*addrConn).resetTransport":   {"connects a grpc client", grpcWhy},
	},
	"os/signal":      {"loop": {"waits for signals", ""}, "signal_recv": {"waits for signals", ""}, "NotifyContext.func1": {"waits for a signal or the end of its context", ""}},
	"runtime/pprof":  {"(*Profile).WriteTo": {"writes this profile", ""}, "writeGoroutineStacks": {"writes this profile", ""}},
	"runtime/trace":  {"Start.func1": {"writes an execution trace", ""}},
	"net/http/pprof": {"handler.ServeHTTP": {"writes this profile", ""}},
	"testing": {
		"(*T).Run":                  {"waits for a test", ""},
		"(*T).Parallel":             {"waits for its turn among parallel tests", ""},
		"runTests.func1":            {"runs the tests", ""},
		"(*testState).waitParallel": {"waits for its turn among parallel tests", ""},
	},
	"github.com/jackc/pgx/pgxpool":            {"(*Pool).backgroundHealthCheck": {"checks the connections of a pgx pool", rowsWhy}},
	"github.com/jackc/puddle":                 {"(*Pool).CreateResource": {"opens a connection of a pool", ""}},
	"github.com/redis/go-redis/internal/pool": {"(*ConnPool).reaper": {"closes old connections of a redis client", "redis clients that are made for each request"}},
	"go.opencensus.io/stats/view":             {"(*worker).start": {"the worker of opencensus, one in a process", ""}},
	"go.opentelemetry.io/otel/sdk/trace":      {"(*batchSpanProcessor).processQueue": {"exports spans", "tracer providers that are not shut down"}},
	"go.opentelemetry.io/otel/sdk/metric":     {"(*PeriodicReader).run": {"exports metrics", "meter providers that are not shut down"}},
	"k8s.io/klog":                             {"(*flushDaemon).run.func1": {"flushes the log, one in a process", ""}, "(*loggingT).flushDaemon": {"flushes the log, one in a process", ""}},
	"github.com/golang/glog":                  {"(*fileSink).flushDaemon": {"flushes the log, one in a process", ""}, "(*loggingT).flushDaemon": {"flushes the log, one in a process", ""}},
	"gopkg.in/natefinch/lumberjack.v2":        {"(*Logger).millRun": {"removes old log files", logWhy}},
	"go.uber.org/zap/zapcore":                 {"(*BufferedWriteSyncer).flushLoop": {"flushes a log", logWhy}},
	"github.com/rcrowley/go-metrics":          {"(*meterArbiter).tick": {"ticks all meters, one in a process", ""}},
	"github.com/nats-io/nats.go":              {"(*Conn).readLoop": {"reads from a connection of a nats client", ""}, "(*Conn).flusher": {"writes to a connection of a nats client", ""}},
	"github.com/fsnotify/fsnotify":            {"(*inotify).readEvents": {"waits for changes of files", "watchers that are not closed"}, "(*Watcher).readEvents": {"waits for changes of files", "watchers that are not closed"}},
}

// ResidentOf returns what is known of a goroutine that stands in the function
// of the package, named as in a stack: "(*persistConn).readLoop".
func ResidentOf(pkg, function string) (Resident, bool) {
	r, ok := residents[unversioned(pkg)][function]
	return r, ok
}
