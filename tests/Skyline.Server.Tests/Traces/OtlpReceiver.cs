using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Skyline.Server.Tests.Traces;

/// <param name="Parent">Empty: it has none.</param>
sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name, long From, long To, IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector that takes what OTLP's exporters send over HTTP: protobuf, read here by its wire format (opentelemetry/proto/trace/v1/trace.proto).</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<ReceivedSpan> spans = new();

    OtlpReceiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();
    public IReadOnlyList<ReceivedSpan> Spans => [.. spans];

    public static async Task<OtlpReceiver> Open()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            foreach (var span in Read(body.ToArray())) receiver.spans.Enqueue(span);
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>ExportTraceServiceRequest.resource_spans.scope_spans.spans.</summary>
    static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        Fields(request).Where(field => field.Number == 1).SelectMany(resource => Fields(resource.Bytes)).Where(field => field.Number == 2).SelectMany(scope => Fields(scope.Bytes)).Where(field => field.Number == 2).Select(span => Span([.. Fields(span.Bytes)]));

    static ReceivedSpan Span(IReadOnlyList<Field> fields)
    {
        byte[] Of(int number) => fields.FirstOrDefault(field => field.Number == number).Bytes ?? [];
        var tags = fields.Where(field => field.Number == 9).Select(field => Fields(field.Bytes).ToList()).ToDictionary(pair => Encoding.UTF8.GetString(pair.First(part => part.Number == 1).Bytes), pair => Value(pair.First(part => part.Number == 2).Bytes));
        return new(Convert.ToHexStringLower(Of(1)), Convert.ToHexStringLower(Of(2)), Convert.ToHexStringLower(Of(4)), Encoding.UTF8.GetString(Of(5)), (long)fields.First(field => field.Number == 7).Varint, (long)fields.First(field => field.Number == 8).Varint, tags);
    }

    /// <summary>AnyValue: a text, or a number.</summary>
    static string Value(byte[] any) => Fields(any).First() is { Number: 1 } text ? Encoding.UTF8.GetString(text.Bytes) : Fields(any).First().Varint.ToString(System.Globalization.CultureInfo.InvariantCulture);

    readonly record struct Field(int Number, byte[] Bytes, ulong Varint);

    static IEnumerable<Field> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new(number, [], Varint(message, ref at));
                    break;
                case 1:
                    yield return new(number, [], BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at, 8)));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return new(number, message[at..(at + length)], 0);
                    at += length;
                    break;
                case 5:
                    yield return new(number, [], BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at, 4)));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is none of protobuf's.");
            }
        }
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
