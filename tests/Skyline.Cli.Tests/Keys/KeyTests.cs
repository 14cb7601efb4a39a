using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Keys;

public sealed class KeyTests
{
    const string A = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", B = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

    [Fact]
    public async Task A_key_that_is_being_taken_into_use_is_listed_with_what_it_waits_for()
    {
        await using var server = await StandInServer.Start();

        using var made = await CliRun.Of(server, "key", "create", "testos", "--kind", "rsa4096", "--identity", "Testers <t@example.org>");
        using var list = await CliRun.Of(server, "key", "list");
        using var ofTag = await CliRun.Of(server, "key", "show", "testos", "--json");

        Assert.Equal(0, await made.Exit);
        Assert.Equal(new NewKey("rsa4096", "Testers <t@example.org>"), Assert.Single(server.KeysAskedFor));
        Assert.Equal(0, await list.Exit);
        Assert.Collection(list.OutLines,
            head => Assert.StartsWith("FINGERPRINT  ", head, StringComparison.Ordinal),
            next => Assert.Matches($@"^{B}  testos      next     Ed25519  here    .* Skyline <skyline@example.org>$", next),
            current => Assert.Matches($@"^{A}  \(instance\)  current  Ed25519  here    .* Skyline <skyline@example.org>$", current),
            why => Assert.Equal($"{B}: 3 packages are still to be signed with it.", why));
        Assert.Equal("Next", ofTag.Json()[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Without_a_tag_the_instances_key_is_rotated_and_with_one_the_tags()
    {
        await using var server = await StandInServer.Start();

        using var instance = await CliRun.Of(server, "key", "rotate", "--json");
        using var tag = await CliRun.Of(server, "key", "rotate", "testos", "--json");

        Assert.False(instance.Json().TryGetProperty("tag", out _));
        Assert.Equal("testos", tag.Json().GetProperty("tag").GetString());
    }

    [Fact]
    public async Task A_public_key_is_sent_and_a_private_one_is_not()
    {
        await using var server = await StandInServer.Start();
        using var temp = new TempFolder();

        using var sent = await CliRun.Of(server, "key", "rotate", "--public-key", temp.File("public.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"));
        using var kept = await CliRun.Of(server, "key", "rotate", "--public-key", temp.File("private.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n"));
        using var missing = await CliRun.Of(server, "key", "rotate", "--public-key", temp.Path + "/nosuch.asc");

        Assert.Equal(0, await sent.Exit);
        Assert.Equal(2, await kept.Exit);
        Assert.Contains("holds a private key, and was not sent", kept.Error, StringComparison.Ordinal);
        Assert.Equal(2, await missing.Exit);
        Assert.Equal("-----BEGIN PGP PUBLIC KEY BLOCK-----\n", Assert.Single(server.KeysAskedFor).PublicKey);
    }
}
