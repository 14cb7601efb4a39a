using System.Net;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Signing;

public sealed class KeyFileTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static string KeyFileOf(Site site) => Path.Combine(site.Data, "keys", "seal.key");

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_key_file_that_is_open_to_others_stops_the_start(UnixFileMode others)
    {
        var site = await Site.Open();
        await site.Stop();
        File.SetUnixFileMode(KeyFileOf(site), Owners | others);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(site.Data));

        Assert.StartsWith($"{KeyFileOf(site)} is open to others than its owner.", fault.Message);
        Assert.Contains("`chmod 600` it", fault.Message);
        Directory.Delete(site.Data, recursive: true);
    }

    [Fact]
    public async Task Without_its_key_file_the_server_serves_what_there_is_and_says_why_it_signs_nothing_until_the_file_is_back()
    {
        var first = await Site.Open();
        await first.Stop();
        var key = await File.ReadAllBytesAsync(KeyFileOf(first), Ct);
        File.Delete(KeyFileOf(first));

        await using var site = await Site.Open(first.Data);

        Assert.Contains("<revision>", await site.Http().GetStringAsync("repos/paper/x86_64/repodata/repomd.xml", Ct));
        var health = await site.Http().GetAsync("healthz", Ct);
        var sentence = $"The key file {KeyFileOf(site)} is missing, and without it the signing keys cannot be read. Put it back from its backup.";
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.StartsWith("Degraded\n", await health.Content.ReadAsStringAsync(Ct));
        Assert.Contains(sentence, await health.Content.ReadAsStringAsync(Ct));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateTag(new NewTag("fresh", "paper-1"), Ct));
        Assert.Contains(sentence, refused.Message);
        Assert.False(File.Exists(KeyFileOf(site)));

        await File.WriteAllBytesAsync(KeyFileOf(site), key, Ct);
        File.SetUnixFileMode(KeyFileOf(site), Owners);
        Assert.Equal("Healthy\n", await site.Http().GetStringAsync("healthz", Ct));
        await site.Admin.CreateTag(new NewTag("later", "paper-1"), Ct);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000\n", "is not the one that the secret of key")]
    [InlineData("0000", "is damaged")]
    [InlineData("", "is damaged")]
    public async Task A_key_file_that_is_not_the_right_one_is_named(string content, string says)
    {
        var first = await Site.Open();
        await first.Stop();
        await File.WriteAllTextAsync(KeyFileOf(first), content, Ct);

        await using var site = await Site.Open(first.Data);

        Assert.Contains(says, await site.Http().GetStringAsync("healthz", Ct));
        Assert.Contains("<revision>", await site.Http().GetStringAsync("repos/paper/x86_64/repodata/repomd.xml", Ct));
    }

    [Fact]
    public async Task The_key_file_may_lie_elsewhere()
    {
        var elsewhere = Directory.CreateTempSubdirectory("skyline-seal-").FullName;
        var file = Path.Combine(elsewhere, "below", "skyline.key");

        await using (var site = await Site.Open(null, null, $"--Skyline:KeyFile={file}"))
            Assert.False(File.Exists(KeyFileOf(site)));

        Assert.Equal(Owners, File.GetUnixFileMode(file));
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_copy_of_the_database_without_the_key_file_reveals_no_secret()
    {
        await using var site = await Site.Open();
        var key = (SigningKey)(await site.Part<SigningKeys>().Of(1, Ct)).Signer;
        using var packets = PgpUtilities.GetDecoderStream(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(key.SecretArmored)));
        var seed = ((Ed25519PrivateKeyParameters)new PgpSecretKeyRing(packets).GetSecretKey().ExtractPrivateKey([]).Key).GetEncoded();

        var bytes = string.Concat(Directory.GetFiles(site.Data, "skyline.db*").Select(file => Convert.ToHexString(Read(file))));

        Assert.Contains(Hex(key.Public.Fingerprint), bytes);
        Assert.DoesNotContain(Hex("PRIVATE KEY"), bytes);
        Assert.DoesNotContain(Convert.ToHexString(seed), bytes);
        Assert.DoesNotContain(Hex(Convert.ToHexStringLower(seed)), bytes);
        // As base64 shows it, wherever it begins in a group of three; ends that neighbours have a share in are left out.
        for (var before = 0; before < 3; before++)
            Assert.DoesNotContain(Hex(Convert.ToBase64String([.. new byte[before], .. seed])[4..40]), bytes);
    }

    static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));

    static byte[] Read(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[open.Length];
        open.ReadExactly(bytes);
        return bytes;
    }

    [Fact]
    public async Task The_plain_key_of_an_earlier_version_is_taken_over_and_signs_on()
    {
        var site = await Site.Open();
        await site.Stop();
        var old = await AsAnEarlierVersionLeftIt(site);

        var now = await Site.Open(site.Data);

        Assert.Equal(old.Public.Fingerprint, now.Part<SigningKeys>().FingerprintOf("paper"));
        Assert.Equal(old.Public.Armored, await now.Http().GetStringAsync("keys/paper.asc", Ct));
        Assert.False(File.Exists(PlainKeyOf(site)));
        Assert.True(File.Exists(KeyFileOf(site)));
        await now.Stop();

        // A stop between the row and the file's removal.
        await File.WriteAllTextAsync(PlainKeyOf(site), old.SecretArmored, Ct);
        File.SetUnixFileMode(PlainKeyOf(site), Owners);
        await using var again = await Site.Open(site.Data);
        Assert.False(File.Exists(PlainKeyOf(site)));
        Assert.Equal(old.Public.Fingerprint, again.Part<SigningKeys>().FingerprintOf("paper"));
    }

    [Fact]
    public async Task A_plain_key_that_others_could_read_stops_the_start_and_is_not_taken_over()
    {
        var site = await Site.Open();
        await site.Stop();
        await AsAnEarlierVersionLeftIt(site);
        File.SetUnixFileMode(PlainKeyOf(site), Owners | UnixFileMode.OtherRead);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(site.Data));

        Assert.Contains("instance.asc is open to others than its owner", fault.Message);
        Assert.True(File.Exists(PlainKeyOf(site)));
        Directory.Delete(site.Data, recursive: true);
    }

    static string PlainKeyOf(Site site) => Path.Combine(site.Data, "keys", "instance.asc");

    static async Task<SigningKey> AsAnEarlierVersionLeftIt(Site site)
    {
        using (var database = Database.Open(Path.Combine(site.Data, "skyline.db")))
            await database.Write(tx =>
            {
                foreach (var table in new[] { "snapshot_files", "snapshots", "tag_keys", "signing_keys" }) Sql.Execute(tx, $"DELETE FROM {table}");
                Sql.Execute(tx, "UPDATE tags SET published_event = 0");
            }, Ct);
        File.Delete(KeyFileOf(site));
        var key = SigningKey.Generate(SigningKeyKind.Ed25519, "Earlier <earlier@example.invalid>", TimeProvider.System);
        await File.WriteAllTextAsync(PlainKeyOf(site), key.SecretArmored, Ct);
        File.SetUnixFileMode(PlainKeyOf(site), Owners);
        return key;
    }
}
