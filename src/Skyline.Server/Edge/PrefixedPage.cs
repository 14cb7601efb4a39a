using System.Text;

namespace Skyline.Server.Edge;

/// <summary>
/// A page on its way to the reader: addresses in its attributes that begin with a slash get the prefix. What is no HTML passes as it is. Pages come in pieces, cut
/// anywhere, so what may be the beginning of such an attribute waits for the next piece, or for a flush, which comes between elements.
/// </summary>
sealed class PrefixedPage(Stream inner, string prefix, HttpResponse response) : Stream
{
    static readonly byte[][] attributes = [.. new[] { " href=\"/", " src=\"/", " action=\"/", " formaction=\"/", " data-to=\"/", " data-begin=\"/", ";url=/" }.Select(Encoding.ASCII.GetBytes)];
    static readonly int longest = attributes.Max(name => name.Length);

    readonly byte[] bytes = Encoding.ASCII.GetBytes(prefix);
    /// <summary>What was sent last and may be an attribute's beginning, and from <see cref="sent"/> on what waits.</summary>
    byte[] held = [];
    int sent;
    bool? isPage;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!(isPage ??= IsPage())) await inner.WriteAsync(buffer, cancellationToken);
        else await Pass([.. held, .. buffer.Span], all: false, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await End(cancellationToken);
        await inner.FlushAsync(cancellationToken);
    }

    /// <summary>What waits goes.</summary>
    public Task End(CancellationToken ct) => held.Length == sent ? Task.CompletedTask : Pass(held, all: true, ct);

    bool IsPage()
    {
        if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true || response.Headers.ContentEncoding.Count > 0) return false;
        if (!response.HasStarted) response.ContentLength = null;
        return true;
    }

    async Task Pass(byte[] text, bool all, CancellationToken ct)
    {
        var (made, kept) = Rewrite(text, sent, bytes, all);
        var from = Math.Max(0, kept - longest);
        (held, sent) = (text[from..], kept - from);
        if (made.Length > 0) await inner.WriteAsync(made, ct);
    }

    /// <param name="at">What comes before was sent already, and is here to be looked at.</param>
    /// <returns>The bytes to send, and from where on the text waits.</returns>
    static (ReadOnlyMemory<byte> Made, int Kept) Rewrite(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> prefix, bool all)
    {
        var made = new MemoryStream(text.Length + 256);
        // To judge an attribute takes what follows its slash too.
        var sure = all ? text.Length : Math.Max(at, text.Length - longest - prefix.Length - 1);
        while (at < sure)
        {
            var next = text[at..].IndexOf("=\"/"u8);
            var refresh = text[at..].IndexOf(";url=/"u8);
            var found = next < 0 ? refresh : refresh < 0 ? next : Math.Min(next, refresh);
            if (found < 0 || at + found >= sure) break;
            var slash = at + found + (found == next ? 2 : 5);
            made.Write(text[at..slash]);
            if (Ends(text[..(slash + 1)]) && !IsPrefixed(text[slash..], prefix)) made.Write(prefix);
            at = slash;
        }
        if (at < sure)
        {
            made.Write(text[at..sure]);
            at = sure;
        }
        return (made.GetBuffer().AsMemory(0, (int)made.Length), at);
    }

    static bool Ends(ReadOnlySpan<byte> text)
    {
        foreach (var name in attributes) if (text.EndsWith(name)) return true;
        return false;
    }

    static bool IsPrefixed(ReadOnlySpan<byte> path, ReadOnlySpan<byte> prefix) =>
        path.StartsWith("//"u8) || path.StartsWith(prefix) && (path.Length == prefix.Length || path[prefix.Length] is (byte)'/' or (byte)'"' or (byte)'?' or (byte)'#');

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
