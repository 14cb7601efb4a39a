using System.Collections.Concurrent;
using System.Text;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Edge.Acme;

/// <summary>What the authority asks for at /.well-known/acme-challenge/, as long as an order waits for it.</summary>
sealed class AcmeProofs
{
    public const string Folder = "/.well-known/acme-challenge";

    readonly ConcurrentDictionary<string, string> shown = new(StringComparer.Ordinal);

    /// <summary>Until it is disposed.</summary>
    public IDisposable Show(string token, string proof)
    {
        shown[token] = proof;
        return new Shown(this, token);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Folder + "/{token}", (string token, AcmeProofs proofs) => proofs.shown.TryGetValue(token, out var proof)
            ? Results.Text(proof, "application/octet-stream", Encoding.ASCII)
            : new Refusal(404, "Nothing is being proved by that token at this moment.").AsText()).Needs(Right.Enter).ExcludeFromDescription();

    sealed class Shown(AcmeProofs proofs, string token) : IDisposable
    {
        public void Dispose() => proofs.shown.TryRemove(token, out _);
    }
}
