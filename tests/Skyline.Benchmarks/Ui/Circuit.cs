using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Skyline.Benchmarks.Ui;

/// <summary>
/// The live connection of a page, as Blazor's own script holds it: what is live in the page's HTML is told to the server over a WebSocket, and each batch
/// of changes that comes is acknowledged. What they would draw is not looked at.
/// </summary>
sealed partial class Circuit : IAsyncDisposable
{
    readonly ClientWebSocket socket = new();
    readonly CancellationTokenSource leaving = new();
    readonly SemaphoreSlim turn = new(1, 1);
    Task reading = Task.CompletedTask, staying = Task.CompletedTask;
    int batches;

    /// <summary>How many batches of changes have come.</summary>
    public int Batches => Volatile.Read(ref batches);

    /// <summary>What the server said of what went wrong; null: nothing did.</summary>
    public string? Fault { get; private set; }

    public static async Task<Circuit> Open(Uri site, string path, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = site };
        var page = await http.GetStringAsync(path, ct);
        var markers = Marker().Matches(page).Select(match => JsonNode.Parse(match.Groups[1].Value)!.AsObject()).Where(marker => marker["type"]?.GetValue<string>() is "server" && marker["descriptor"] is not null).ToList();
        if (markers.Count == 0) throw new InvalidOperationException($"Nothing on {path} is live.");
        var state = State().Match(page) is { Success: true } kept ? kept.Groups[1].Value : "";
        var circuit = new Circuit();
        await circuit.socket.ConnectAsync(new UriBuilder(site) { Scheme = "ws", Path = "_blazor" }.Uri, ct);
        await circuit.socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, ct);
        (circuit.reading, circuit.staying) = (circuit.Read(), circuit.Stay());
        await circuit.Invoke("0", "StartCircuit", [site.ToString(), new Uri(site, path).ToString(), "[]", ""]);
        var operations = new JsonArray([.. markers.Select((marker, n) => (JsonNode)new JsonObject { ["type"] = "add", ["ssrComponentId"] = n + 1, ["marker"] = marker.DeepClone() })]);
        await circuit.Invoke(null, "UpdateRootComponents", [new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state]);
        return circuit;
    }

    async Task Read()
    {
        var buffer = new byte[1 << 16];
        var held = new ArrayBufferWriter<byte>();
        var shaken = false;
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), leaving.Token);
                if (got.MessageType == WebSocketMessageType.Close) return;
                held.Write(buffer.AsSpan(0, got.Count));
                if (!got.EndOfMessage) continue;
                var message = held.WrittenSpan.ToArray();
                held.Clear();
                // The first is the answer to the handshake, text that ends so; what came right after it may be in the same.
                if (!shaken && (shaken = true)) message = message[(Array.IndexOf(message, (byte)0x1e) + 1)..];
                if (message.AsSpan().IndexOf("JS.Error"u8) is >= 0 and var said) Fault = Encoding.UTF8.GetString(message[said..]);
                foreach (var batch in Batched(message))
                {
                    Interlocked.Increment(ref batches);
                    await Invoke(null, "OnRenderCompleted", [batch, null]);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // It is left, or the server has.
        }
    }

    /// <summary>Messages come with their lengths before them, in sevens of bits; of each that says JS.RenderBatch, its number is the first argument.</summary>
    static IEnumerable<long> Batched(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var (length, shift) = (0, 0);
            do
            {
                length |= (message[at] & 0x7f) << shift;
                shift += 7;
            }
            while ((message[at++] & 0x80) != 0);
            var name = message.AsSpan(at, Math.Min(64, length)).IndexOf("JS.RenderBatch"u8);
            // After the name comes the list of arguments (one byte), and the number.
            if (name >= 0) yield return Number(message.AsSpan(at + name + 15));
            at += length;
        }
    }

    static long Number(ReadOnlySpan<byte> packed) => packed[0] switch
    {
        < 0x80 => packed[0],
        0xcc => packed[1],
        0xcd => (packed[1] << 8) | packed[2],
        _ => (packed[1] << 24) | (packed[2] << 16) | (packed[3] << 8) | packed[4],
    };

    /// <summary>An invocation in MessagePack: [1, {}, id, target, [arguments]].</summary>
    async Task Invoke(string? id, string target, object?[] arguments)
    {
        var body = new MemoryStream();
        body.Write([0x95, 0x01, 0x80]);
        Text(body, id);
        Text(body, target);
        body.WriteByte((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments)
        {
            if (argument is long number)
            {
                body.WriteByte(0xd3);
                body.Write([.. BitConverter.GetBytes(number).Reverse()]);
            }
            else Text(body, (string?)argument);
        }
        await Send(body);
    }

    /// <summary>The server lets go of whoever says nothing for half a minute; Blazor's script says that it is there every fifteen seconds.</summary>
    async Task Stay()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15));
        try
        {
            while (await timer.WaitForNextTickAsync(leaving.Token)) await Send(new MemoryStream([0x91, 0x06]));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // It is left, or the server has.
        }
    }

    async Task Send(MemoryStream body)
    {
        var framed = new MemoryStream();
        for (var length = (int)body.Length; ; length >>= 7)
        {
            framed.WriteByte((byte)((length & 0x7f) | (length > 0x7f ? 0x80 : 0)));
            if (length <= 0x7f) break;
        }
        body.WriteTo(framed);
        await turn.WaitAsync(leaving.Token);
        try
        {
            await socket.SendAsync(framed.ToArray(), WebSocketMessageType.Binary, true, leaving.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    static void Text(Stream to, string? text)
    {
        if (text is null)
        {
            to.WriteByte(0xc0);
            return;
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        to.Write([0xdb, (byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length]);
        to.Write(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await Task.WhenAll(reading, staying);
        socket.Dispose();
    }

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->", RegexOptions.Singleline)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:([^ ]+?)-->")]
    private static partial Regex State();
}
