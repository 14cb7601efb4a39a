using System.Text.Json;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Logs;

/// <summary>Where a log goes as it comes, without being held: a terminal (made harmless), a pipe (byte for byte), or one JSON document.</summary>
abstract class LogSink : IAsyncDisposable
{
    /// <summary>A run's log begins, or goes on; with --follow another run's may come after it.</summary>
    public virtual void Begin(long run) { }

    /// <exception cref="StopException">Standard output cannot be written.</exception>
    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await Put(bytes, ct);
        }
        catch (IOException e)
        {
            throw StopException.Usage($"The log cannot be written to standard output: {e.Message}");
        }
    }

    public ValueTask DisposeAsync() => End();

    /// <summary>No more comes; after an error too.</summary>
    protected virtual ValueTask End() => ValueTask.CompletedTask;

    protected abstract ValueTask Put(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    public static LogSink For(Session session) => session.Screen switch
    {
        { Json: true } screen => new JsonSink(screen),
        { OutIsTerminal: true } screen => new TerminalSink(screen.Out),
        var screen => new RawSink(screen.RawOut),
    };

    sealed class RawSink(Stream to) : LogSink
    {
        protected override async ValueTask Put(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            await to.WriteAsync(bytes, ct);
            await to.FlushAsync(ct);
        }
    }

    sealed class TerminalSink(TextWriter to) : LogSink
    {
        readonly TerminalFilter filter = new(to);

        protected override ValueTask Put(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            filter.Write(bytes.Span);
            return ValueTask.CompletedTask;
        }

        protected override ValueTask End()
        {
            filter.End();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>{"logs":[{"run":5001,"text":"…"}]}</summary>
    sealed class JsonSink : LogSink
    {
        readonly Screen screen;
        readonly Utf8JsonWriter json;
        long? open;
        bool started;

        public JsonSink(Screen screen)
        {
            (this.screen, json) = (screen, new Utf8JsonWriter(screen.RawOut));
        }

        public override void Begin(long run)
        {
            if (run == open) return;
            if (!started) Start();
            EndText();
            json.WriteStartObject();
            json.WriteNumber("run"u8, run);
            json.WritePropertyName("text"u8);
            json.WriteStringValueSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: false);
            open = run;
        }

        protected override async ValueTask Put(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            json.WriteStringValueSegment(bytes.Span, isFinalSegment: false);
            await json.FlushAsync(ct);
        }

        /// <summary>Nothing was begun: the error's document is the one on standard output.</summary>
        protected override async ValueTask End()
        {
            if (started)
            {
                EndText();
                json.WriteEndArray();
                json.WriteEndObject();
                await json.FlushAsync();
                screen.RawOut.WriteByte((byte)'\n');
            }
            await json.DisposeAsync();
        }

        void Start()
        {
            started = true;
            screen.DocumentBegun();
            json.WriteStartObject();
            json.WriteStartArray("logs"u8);
        }

        void EndText()
        {
            if (open is null) return;
            json.WriteStringValueSegment(ReadOnlySpan<byte>.Empty, isFinalSegment: true);
            json.WriteEndObject();
            open = null;
        }
    }
}
