using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Tests.Externals;

/// <summary>Where keys are given, metadata is taken from their holders alone.</summary>
public sealed class SignedUpstreamTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly SigningKey theirs = Upstream.Key("upstream"), others = Upstream.Key("somebody");

    [Fact]
    public async Task Metadata_signed_by_a_key_that_was_given_is_pinned_with_its_signature()
    {
        await using var upstream = await Upstream.Open("alpha");
        await upstream.Sign(theirs);
        await using var site = await Pinning.Open();

        var pinned = await site.Add(upstream.Url, keys: others.Public.Armored + "\nand\n" + theirs.Public.Armored, signedMetadata: true);

        Assert.Null(pinned.Arch().Fault);
        Assert.Equal(theirs.Public.Fingerprint, Assert.Single(pinned.States).SignedBy);
        Assert.Equal([others.Public.Fingerprint, theirs.Public.Fingerprint], pinned.Keys);
        Assert.Equal(upstream.Bytes("repodata/repomd.xml.asc"), await site.Http().GetByteArrayAsync("external/up/x86_64/repodata/repomd.xml.asc", Ct));
        Assert.Equal(others.Public.Armored + theirs.Public.Armored, await site.Http().GetStringAsync("external/up/keys.asc", Ct));
    }

    /// <summary>Some stores say 403 of what they do not have.</summary>
    [Fact]
    public async Task A_signature_that_is_forbidden_is_one_that_is_not_there()
    {
        await using var upstream = await Upstream.Open("alpha");
        upstream.Meddle = (context, path) =>
        {
            if (!path.EndsWith(".asc", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        };
        await using var site = await Pinning.Open();

        var may = await site.Add(upstream.Url, keys: theirs.Public.Armored);
        var must = await site.Add(upstream.Url, name: "must", keys: theirs.Public.Armored, signedMetadata: true);

        Assert.Equal((null, 1), (may.Arch().Fault, may.Arch().Packages));
        Assert.Contains("repomd.xml.asc: it answered 403", must.Arch().Fault);
    }

    [Fact]
    public async Task A_private_key_is_refused_and_kept_nowhere()
    {
        await using var site = await Pinning.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Add("https://example.org/", keys: theirs.Public.Armored + "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n"));

        Assert.Equal((400, true), (refused.Status, refused.Message.Contains("It holds a private key", StringComparison.Ordinal)));
        Assert.Equal(404, (int)(await site.Http().GetAsync("external/up/keys.asc", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_good_signature_by_another_key_is_refused_and_the_key_is_named()
    {
        await using var upstream = await Upstream.Open("alpha");
        await upstream.Sign(others);
        await using var site = await Pinning.Open();

        var refused = await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true);

        Assert.Contains($"{upstream.Url}repodata/repomd.xml.asc: it was signed by key {others.Public.Fingerprint[^16..]}, which is none of those given", refused.Arch().Fault);
        Assert.Empty(refused.States);
    }

    [Fact]
    public async Task A_signature_over_other_bytes_is_refused_and_the_state_before_stays()
    {
        await using var upstream = await Upstream.Open("alpha");
        await upstream.Sign(theirs);
        await using var site = await Pinning.Open();
        var good = await site.Add(upstream.Url, keys: theirs.Public.Armored);

        upstream.Publish("beta");
        File.WriteAllText(Path.Combine(upstream.Root, "repodata/repomd.xml.asc"), await theirs.DetachArmored("something else"u8.ToArray(), TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken));
        var after = await site.Refresh();

        Assert.Contains("is over other bytes than these", after.Arch().Fault);
        Assert.Equal(good.Arch().State, after.Arch().State);
    }

    [Fact]
    public async Task Unsigned_metadata_is_refused_where_it_must_be_signed_and_taken_where_only_packages_are()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();

        var must = await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true);
        var may = await site.Add(upstream.Url, name: "may", keys: theirs.Public.Armored);

        Assert.Contains("it is not signed", must.Arch().Fault);
        Assert.Null(may.Arch().Fault);
        Assert.Null(Assert.Single(may.States).SignedBy);
    }

    [Fact]
    public async Task What_is_no_signature_is_refused()
    {
        await using var upstream = await Upstream.Open("alpha");
        upstream.Write("repodata/repomd.xml.asc", "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"u8.ToArray());
        await using var site = await Pinning.Open();

        var refused = await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true);

        Assert.Contains("repomd.xml.asc: ", refused.Arch().Fault);
        Assert.Empty(refused.States);
    }

    [Theory]
    [InlineData("", true, "needs a key that it is signed with")]
    [InlineData("no key", false, "There is no armored OpenPGP public key in it")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", false, "The keys cannot be used")]
    public async Task Keys_that_are_none_are_refused(string keys, bool signed, string said)
    {
        await using var site = await Pinning.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Add("https://example.org/", keys: keys, signedMetadata: signed));

        Assert.Equal(400, refused.Status);
        Assert.Contains(said, refused.Message);
    }

    /// <summary>A package that its metadata lists with sha1 alone: only a signature over that metadata makes it worth anything.</summary>
    [Fact]
    public async Task Sha1_is_taken_from_signed_metadata_only()
    {
        var package = Upstream.Package("old").Build();
        await using var upstream = await Upstream.Open("old");
        Metadata.Replace(upstream, Metadata.OnePackage(Upstream.PathOf("old"), "sha", Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, package)), package.Length));
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        await upstream.Sign(theirs);
        await site.Add(upstream.Url, name: "signed", keys: theirs.Public.Armored, signedMetadata: true);

        var refused = await site.Http().GetAsync($"external/up/x86_64/{Upstream.PathOf("old")}", Ct);

        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Contains("can be forged (sha1)", await refused.Content.ReadAsStringAsync(Ct));
        Assert.Equal(package, await site.Http().GetByteArrayAsync($"external/signed/x86_64/{Upstream.PathOf("old")}", Ct));
    }
}
