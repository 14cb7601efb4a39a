using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Tests.Signing;

public sealed class KeyRefusalTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(int Status, string Sentence)> Refused(Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(act);
        return (refused.Status, refused.Message);
    }

    [Fact]
    public async Task What_cannot_be_done_to_keys_is_refused_in_a_sentence()
    {
        await using var site = await Site.Open();

        Assert.Equal((404, "There is no tag 'none'."), await Refused(() => site.Admin.CreateKey("none", new NewKey(), Ct)));
        Assert.Equal((404, "There is no tag 'none'."), await Refused(() => site.Admin.KeysOf("none", Ct)));
        Assert.Equal((409, "Tag 'paper' has no key of its own: it is signed with the instance's. `skyline key create paper` gives it one."), await Refused(() => site.Admin.RotateKey("paper", new NewKey(), Ct)));
        Assert.Equal((400, "There is no kind of key 'dsa'; there are Ed25519, Rsa2048, Rsa3072, Rsa4096."), await Refused(() => site.Admin.CreateKey("paper", new NewKey("dsa"), Ct)));
        Assert.Equal(400, (await Refused(() => site.Admin.CreateKey("paper", new NewKey(Identity: "two\nlines"), Ct))).Status);
        Assert.Equal(400, (await Refused(() => site.Admin.CreateKey("paper", new NewKey(Identity: new string('x', 201)), Ct))).Status);
        Assert.Equal(403, (await Refused(() => new SkylineClient(site.Http(site.BuilderToken)).RotateKey(null, new NewKey(), Ct))).Status);
        Assert.Equal(401, (await Refused(() => new SkylineClient(site.Http()).CreateKey("paper", new NewKey(), Ct))).Status);
        Assert.Single(await site.Admin.Keys(Ct));
    }

    [Fact]
    public async Task A_key_kept_elsewhere_is_refused_where_no_signing_command_reaches_it()
    {
        await using var site = await Site.Open();
        var key = SigningKey.Generate(SigningKeyKind.Ed25519, "Elsewhere <elsewhere@example.invalid>", TimeProvider.System);

        var (status, sentence) = await Refused(() => site.Admin.RotateKey(null, new NewKey(PublicKey: key.Public.Armored), Ct));

        Assert.Equal((400, $"The secret of key {key.Public.Fingerprint} is elsewhere, and no signing command is set (Skyline:SigningCommand)."), (status, sentence));
        Assert.Contains("not an armored OpenPGP public key", (await Refused(() => site.Admin.RotateKey(null, new NewKey(PublicKey: key.SecretArmored), Ct))).Sentence);
    }

    [Theory]
    [InlineData("exit 1", "it ended with 1")]
    [InlineData("exit 0", "is not one binary OpenPGP signature")]
    [InlineData("echo nonsense", "is not one binary OpenPGP signature")]
    [InlineData("head -c 100000 /dev/zero", "it wrote more than 16384 bytes")]
    public async Task A_signing_host_that_gives_no_good_signature_is_refused_before_anything_depends_on_it(string does, string says)
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        var key = await host.MakeKey("ed25519", "Host <host@example.invalid>");
        await host.Write(does);

        var (status, sentence) = await Refused(() => site.Admin.RotateKey(null, new NewKey(PublicKey: key), Ct));

        Assert.Equal(400, status);
        Assert.StartsWith($"The signing command {host.Script} gave no good signature with key ", sentence);
        Assert.Contains(says, sentence);
        Assert.Single(await site.Admin.Keys(Ct));
    }

    [Fact]
    public async Task A_signing_host_that_signs_with_another_key_is_refused()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, host.Setting);
        var key = await host.MakeKey("ed25519", "Host <host@example.invalid>");
        var other = await host.MakeKey("ed25519", "Other <other@example.invalid>");
        await host.SignsWith(PublicKey.FromArmored(other).Fingerprint);

        Assert.Contains("it wrote was made with key", (await Refused(() => site.Admin.RotateKey(null, new NewKey(PublicKey: key), Ct))).Sentence);
    }

    [Fact]
    public async Task Keys_are_listed_on_a_page_and_served_by_fingerprint()
    {
        await using var site = await Site.Open();
        var key = Assert.Single(await site.Admin.Keys(Ct));

        Assert.Contains(key.Fingerprint, await site.Http().GetStringAsync("keys/", Ct));
        Assert.Equal(await site.Http().GetStringAsync("keys/paper.asc", Ct), await site.Http().GetStringAsync($"keys/{key.Fingerprint.ToLowerInvariant()}.asc", Ct));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync("keys/none.asc", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_signing_command_that_is_not_there_is_named()
    {
        await using var host = await SigningHost.Open();
        await using var site = await Site.Open(null, null, "--Skyline:SigningCommand:0=/nonexistent/sign");

        Assert.Contains("The signing command /nonexistent/sign gave no good signature", (await Refused(async () => await site.Admin.RotateKey(null, new NewKey(PublicKey: await host.MakeKey("ed25519", "Host <host@example.invalid>")), Ct))).Sentence);
    }
}
