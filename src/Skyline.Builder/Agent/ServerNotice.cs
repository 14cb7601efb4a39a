using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>What the server wants this builder's owner to know: said once, by whichever slot heard it first, and again when it is another.</summary>
sealed class ServerNotice(ILogger log)
{
    readonly Lock telling = new();
    string? told;

    public void Heard(string? notice)
    {
        // Of a server that may be anybody's, on its way to a terminal.
        var harmless = notice is null ? null : string.Concat(notice.Take(1000).Select(letter => char.IsControl(letter) ? ' ' : letter));
        lock (telling)
        {
            if (harmless == told) return;
            told = harmless;
        }
        if (harmless is not null) log.LogWarning("The server says: {Notice}", harmless);
    }
}
