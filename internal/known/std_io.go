package known

import "github.com/leaklint/leaklint/internal/fact"

// Reasons used by tables of several packages.
const queryWhy = fact.Querying

var netTable = join(
	table{"*": nothing},
	rows(api(blocks(fact.Dialing, fact.Unbounded)), "Dial", "DialTCP"),
	// A datagram socket has nobody to wait for, and a socket of this machine
	// connects at once unless its listener is swamped.
	rows(nothing, "DialUnix", "DialUDP", "DialIP"),
	// The resolver has a timeout of its own.
	rows(api(blocks(fact.Dialing, fact.ByDeadline)),
		"LookupHost", "LookupIP", "LookupAddr", "LookupCNAME", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT",
		"ResolveTCPAddr", "ResolveUDPAddr", "ResolveIPAddr"),
	table{
		"DialTimeout":        api(blocks(fact.Dialing, fact.ByDeadline)),
		"Dialer.Dial":        api(blocks(fact.Dialing, fact.ByConfig)),
		"Dialer.DialContext": api(blocksUntil(fact.Dialing, 0)),
		"ListenConfig.Listen": api(
			effect(fact.Effect{Op: fact.Call, On: fact.Recv(".Control"), Hi: fact.Many})),
		"Resolver.*": api(blocksUntil(fact.Dialing, 0)),
	},
	rows(api(blocks(fact.Accepting, fact.Unbounded)), "Listener.Accept"),
	rows(api(blocks(fact.Accepting, fact.ByConfig)),
		"TCPListener.Accept", "TCPListener.AcceptTCP", "UnixListener.Accept", "UnixListener.AcceptUnix"),
	rows(api(blocks(fact.Reading, fact.ByConfig)),
		"Conn.Read", "Conn.Write", "PacketConn.ReadFrom", "PacketConn.WriteTo",
		"TCPConn.ReadFrom", "TCPConn.WriteTo", "conn.Read", "conn.Write",
		"UDPConn.ReadFrom", "UDPConn.ReadFromUDP", "UDPConn.WriteTo", "UDPConn.WriteToUDP", "UDPConn.ReadMsgUDP",
		"UnixConn.ReadFrom", "UnixConn.ReadFromUnix", "IPConn.ReadFrom"),
)

// httpTable: a request carries its context in the unexported field ctx.
var httpTable = join(
	rows(api(blocks(fact.Requesting, fact.Unbounded)), "Get", "Head", "PostForm"),
	rows(api(blocks(fact.Requesting, fact.Unbounded), keeps(2)), "Post"), // reads and closes the body
	rows(api(blocks(fact.Requesting, fact.ByConfig)),
		"Client.Do", "Client.Get", "Client.Head", "Client.PostForm",
		"RoundTripper.RoundTrip", "Transport.RoundTrip"),
	rows(api(blocks(fact.Requesting, fact.ByConfig), keeps(2)), "Client.Post"),
	rows(api(blocks(fact.Serving, fact.Unbounded)),
		"ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS",
		"Server.ListenAndServe", "Server.ListenAndServeTLS", "Server.Serve", "Server.ServeTLS"),
	rows(api(perRequest, effect(fact.Effect{
		Op: fact.Call, On: fact.Param(1, ""), Where: fact.Spawned, Hi: fact.Many})),
		"HandleFunc", "ServeMux.HandleFunc"),
	rows(api(perRequest, stores(1, fact.Place{})), "Handle", "ServeMux.Handle"),
	table{
		"Server.Shutdown": api(blocksUntil(fact.Waiting, 0)),
		"Server.Close":    nothing,
		"Server.RegisterOnShutdown": api(
			runs(0, fact.Spawned, 0, 1, fact.Place{})),
		"Server.SetKeepAlivesEnabled": nothing,
		"NewRequestWithContext":       api(stores(0, fact.Result(0, ".ctx")), stores(3, fact.Result(0, ".Body"))),
		"NewRequest":                  api(stores(2, fact.Result(0, ".Body"))),
		"Request.WithContext":         api(stores(0, fact.Result(0, ".ctx")), notNil(0)),
		"Request.Clone":               api(stores(0, fact.Result(0, ".ctx")), notNil(0)),
		"Request.Context":             api(returns(0, fact.Recv(".ctx")), notNil(0)),
		"HandlerFunc.ServeHTTP":       api(effect(fact.Effect{Op: fact.Call, On: fact.Recv(""), Lo: 1, Hi: 1})),
		"NewServeMux":                 api(notNil(0)),
		"NotFoundHandler":             api(notNil(0)),
		"Client.CloseIdleConnections": nothing,
		"Header.*":                    nothing,
		"Request.*":                   nothing,
		"Cookie.*":                    nothing,
		"CanonicalHeaderKey":          nothing,
		"DetectContentType":           nothing,
		"StatusText":                  nothing,
		"SetCookie":                   nothing,
		"Redirect":                    nothing,
		"Error":                       nothing,
		"NotFound":                    nothing,
		"ParseTime":                   nothing,
		"MaxBytesReader":              api(stores(1, fact.Result(0, "")), notNil(0)),
		"ResponseWriter.Header":       nothing,
		"ResponseWriter.WriteHeader":  nothing,
		"ResponseWriter.Write":        api(blocks(fact.Reading, fact.ByConfig)),
		"Flusher.Flush":               nothing,
	},
)

var execTable = join(
	rows(api(blocks(fact.Child, fact.ByConfig)), "Cmd.Run", "Cmd.Wait", "Cmd.Output", "Cmd.CombinedOutput"),
	table{
		"Command":        api(notNil(0)),
		"CommandContext": api(stores(0, fact.Result(0, ".ctx")), notNil(0)),
		"LookPath":       nothing,
		"Cmd.Start":      nothing,
		"Cmd.StdinPipe":  nothing, "Cmd.StdoutPipe": nothing, "Cmd.StderrPipe": nothing,
		"Cmd.String": nothing, "Cmd.Environ": nothing,
	},
)

// sqlTable also serves sqlx, which adds methods of the same kind.
var sqlTable = join(
	rows(api(blocks(fact.Querying, fact.Unbounded)),
		"DB.Query", "DB.QueryRow", "DB.Exec", "DB.Ping", "DB.Begin", "DB.Prepare",
		"Tx.Query", "Tx.QueryRow", "Tx.Exec", "Tx.Prepare", "Tx.Commit", "Tx.Rollback",
		"Stmt.Query", "Stmt.QueryRow", "Stmt.Exec",
		"DB.Queryx", "DB.QueryRowx", "DB.MustExec", "DB.NamedExec", "DB.NamedQuery", "DB.Get", "DB.Select",
		"DB.Beginx", "DB.Preparex", "Connect", "MustConnect",
		"Tx.Queryx", "Tx.QueryRowx", "Tx.Get", "Tx.Select", "Tx.NamedExec", "Tx.NamedQuery"),
	rows(api(blocksUntil(fact.Querying, 0)),
		"DB.QueryContext", "DB.QueryRowContext", "DB.ExecContext", "DB.PingContext", "DB.BeginTx", "DB.PrepareContext",
		"DB.Conn", "Tx.QueryContext", "Tx.QueryRowContext", "Tx.ExecContext", "Tx.PrepareContext",
		"Stmt.QueryContext", "Stmt.QueryRowContext", "Stmt.ExecContext",
		"Conn.QueryContext", "Conn.QueryRowContext", "Conn.ExecContext", "Conn.PingContext", "Conn.BeginTx", "Conn.PrepareContext",
		"DB.QueryxContext", "DB.QueryRowxContext", "DB.GetContext", "DB.SelectContext", "DB.NamedExecContext",
		"DB.BeginTxx", "DB.PreparexContext", "ConnectContext"),
	table{
		"Rows.Next": api(blocks(fact.Querying, fact.ByConfig)), "Rows.Close": nothing, "Rows.Err": nothing,
		"Rows.Scan": nothing, "Row.Scan": nothing, "Row.Err": nothing,
		"Conn.Raw": api(mayCall(0)), "Conn.Close": nothing,
		"DB.SetMaxOpenConns": nothing, "DB.SetMaxIdleConns": nothing, "DB.SetConnMaxLifetime": nothing,
		"DB.SetConnMaxIdleTime": nothing, "DB.Stats": nothing, "Open": nothing,
	},
)

var ioTable = table{
	"Pipe":                      api(notNil(0), notNil(1)),
	"PipeReader.Read":           api(does(fact.Receive), blocks(fact.Reading, fact.Unbounded)),
	"PipeWriter.Write":          api(does(fact.Send), blocks(fact.Reading, fact.Unbounded)),
	"PipeReader.Close":          api(does(fact.Close), neverFails),
	"PipeReader.CloseWithError": api(does(fact.Close), neverFails),
	"PipeWriter.Close":          api(does(fact.Close), neverFails),
	"PipeWriter.CloseWithError": api(does(fact.Close), neverFails),
	"NopCloser":                 api(stores(0, fact.Result(0, "")), notNil(0)),
	"LimitReader":               api(stores(0, fact.Result(0, "")), notNil(0)),
	"TeeReader":                 api(stores(0, fact.Result(0, "")), stores(1, fact.Result(0, "")), notNil(0)),
	"MultiWriter":               api(stores(0, fact.Result(0, "")), notNil(0)),
	"MultiReader":               api(stores(0, fact.Result(0, "")), notNil(0)),
}

var tlsTable = table{
	"Dial":               api(blocks(fact.Dialing, fact.Unbounded)),
	"DialWithDialer":     api(blocks(fact.Dialing, fact.ByConfig)),
	"Dialer.Dial":        api(blocks(fact.Dialing, fact.ByConfig)),
	"Dialer.DialContext": api(blocksUntil(fact.Dialing, 0)),
	"Conn.Read":          api(blocks(fact.Reading, fact.ByConfig)),
	"Conn.Write":         api(blocks(fact.Reading, fact.ByConfig)),
	"Conn.Handshake":     api(blocks(fact.Reading, fact.ByConfig)),
	"Conn.HandshakeContext": api(
		blocksUntil(fact.Reading, 0)),
}

var rpcTable = table{
	"Dial":        api(blocks(fact.Dialing, fact.Unbounded)),
	"DialHTTP":    api(blocks(fact.Dialing, fact.Unbounded)),
	"Client.Call": api(blocks(fact.Requesting, fact.Unbounded)),
	"Accept":      api(blocks(fact.Serving, fact.Unbounded)),
	"ServeConn":   api(blocks(fact.Serving, fact.Unbounded)),
}

var smtpTable = table{
	"SendMail": api(blocks(fact.Requesting, fact.Unbounded)),
	"Dial":     api(blocks(fact.Dialing, fact.Unbounded)),
}

// These packages compute, but for functions that work on a reader or writer of
// the caller, which may be a pipe.
var (
	bytesTable   = join(onlyPlain, rows(api(keeps(0)), "Buffer.ReadFrom", "Buffer.WriteTo", "Reader.WriteTo"))
	stringsTable = join(onlyPlain, rows(api(keeps(0)), "Reader.WriteTo", "Replacer.WriteString"))
	base64Table  = join(onlyPlain, rows(api(keeps(1)), "NewDecoder", "NewEncoder"))
	hexTable     = join(onlyPlain, rows(api(keeps(0)), "NewDecoder", "NewEncoder", "Dumper"))
	binaryTable  = join(onlyPlain, rows(api(keeps(0)), "Read", "Write", "ReadUvarint", "ReadVarint"))
)
