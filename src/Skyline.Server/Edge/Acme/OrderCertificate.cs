using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Skyline.Server.Edge.Acme;

/// <summary>One certificate by ACME: an order, a proof for each name by http-01, the certificate.</summary>
sealed class OrderCertificate(AcmeClient acme, AcmeProofs proofs, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(5), usualPause = TimeSpan.FromSeconds(1), longestPause = TimeSpan.FromSeconds(30);

    /// <returns>The chain in PEM, and the key that was made for it.</returns>
    /// <exception cref="AcmeRefusedException">There is none; why, in a sentence.</exception>
    public async Task<(string Chain, ECDsa Key)> Order(IReadOnlyList<string> names, CancellationToken ct)
    {
        var order = await acme.Post(await acme.Place("newOrder", ct), new() { ["identifiers"] = new JsonArray([.. names.Select(name => new JsonObject { ["type"] = "dns", ["value"] = name })]) }, ct);
        var address = order.Location ?? throw new AcmeRefusedException("The authority did not say where the order is.");
        foreach (var authorization in order.Json["authorizations"]?.AsArray() ?? []) await Prove(authorization!.GetValue<string>(), ct);
        await Until(address, "ready", ct);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await acme.Post(Required(order.Json, "finalize"), new() { ["csr"] = Base64Url.EncodeToString(Asked(names, key)) }, ct);
        var done = await Until(address, "valid", ct);
        return (Encoding.ASCII.GetString((await acme.Post(Required(done, "certificate"), null, ct)).Body), key);
    }

    async Task Prove(string address, CancellationToken ct)
    {
        var authorization = (await acme.Post(address, null, ct)).Json;
        // What was proved a short while ago may be good still.
        if (AcmeClient.Text(authorization["status"]) == "valid") return;
        var challenge = authorization["challenges"]?.AsArray().OfType<JsonObject>().FirstOrDefault(one => AcmeClient.Text(one["type"]) == "http-01")
            ?? throw new AcmeRefusedException("The authority takes no proof by http-01, and this server has no other.");
        var token = Required(challenge, "token");
        using var shown = proofs.Show(token, acme.KeyAuthorization(token));
        await acme.Post(Required(challenge, "url"), [], ct);
        await Until(address, "valid", ct);
    }

    /// <summary>Asks until it is in that state, or in one from which it never comes there.</summary>
    async Task<JsonObject> Until(string address, string state, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var answer = await acme.Post(address, null, ct);
            var status = AcmeClient.Text(answer.Json["status"]);
            if (status == state || state == "ready" && status == "valid") return answer.Json;
            if (status is "invalid" or "expired" or "deactivated" or "revoked") throw new AcmeRefusedException(WhyNot(answer.Json));
            if (time.GetElapsedTime(begun) > patience) throw new AcmeRefusedException($"The authority did not come to an end within {patience.TotalMinutes} minutes (it says: {status}).");
            await Task.Delay(answer.After is { } after && after > TimeSpan.Zero ? after < longestPause ? after : longestPause : usualPause, time, ct);
        }
    }

    static string WhyNot(JsonObject said)
    {
        var error = said["error"] ?? said["challenges"]?.AsArray().Select(one => one?["error"]).FirstOrDefault(one => one is not null);
        var name = AcmeClient.Text(said["identifier"]?["value"]);
        return $"The authority did not find this server at {(name is null ? "its name" : $"http://{name}/.well-known/acme-challenge/")}: {AcmeClient.Text(error?["detail"]) ?? "it does not say why"}. It must be reached there on port 80 from where the authority is.";
    }

    static string Required(JsonObject from, string name) => AcmeClient.Text(from[name]) ?? throw new AcmeRefusedException($"The authority's answer has no {name}.");

    static byte[] Asked(IReadOnlyList<string> names, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        return request.CreateSigningRequest();
    }
}
