namespace Skyline.Rpm;

/// <summary>
/// How many bytes of headers may be in memory at once, whoever sends them: a header may be of 256 MiB, and is held while its payload
/// arrives at the sender's pace. Common ones, up to a MiB, are not counted; a larger one waits until there is room for all of it.
/// Signature headers have a room of their own: who holds some of it waits for the other only, so no two wait for each other.
/// </summary>
public sealed class HeaderBudget(long signatures = 64 << 20, long headers = 256 << 20)
{
    internal ByteRoom Signatures { get; } = new(signatures);
    internal ByteRoom Headers { get; } = new(headers);

    /// <summary>For one package; what it takes is given back when it is disposed of.</summary>
    public HeaderRoom Enter() => new(this);
}

/// <summary>What the headers of one package take of a <see cref="HeaderBudget"/>.</summary>
public sealed class HeaderRoom : IDisposable
{
    readonly HeaderBudget budget;
    long signature, header;

    internal HeaderRoom(HeaderBudget budget) => this.budget = budget;

    internal async Task TakeSignature(long bytes, CancellationToken ct) => signature += await budget.Signatures.Take(bytes, ct);

    internal async Task TakeHeader(long bytes, CancellationToken ct) => header += await budget.Headers.Take(bytes, ct);

    /// <summary>Gives back what it took.</summary>
    public void Dispose()
    {
        budget.Signatures.GiveBack(signature);
        budget.Headers.GiveBack(header);
        (signature, header) = (0, 0);
    }
}
