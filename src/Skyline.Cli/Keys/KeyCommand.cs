using System.CommandLine;
using System.CommandLine.Parsing;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keys;

/// <summary>`skyline key list|show|create|rotate`.</summary>
static class KeyCommand
{
    public static Command Make(GlobalOptions global) =>
        new("key", "Look at, make and replace the keys that repositories are signed with")
        {
            ListCommand(global), ShowCommand(global),
            AddCommand(global, "create", "Give a tag a key of its own", ArgumentArity.ExactlyOne, (client, tag, key, ct) => client.CreateKey(tag!, key, ct)),
            AddCommand(global, "rotate", "Replace a tag's own key, or the instance's: everything is signed with the next one, then it is taken into use", ArgumentArity.ZeroOrOne, (client, tag, key, ct) => client.RotateKey(tag, key, ct)),
        };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List all signing keys");
        global.Does(command, async (_, session, ct) => List(session, await session.Client.Keys(ct)));
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("show", "Show what a tag's repository is and was signed with") { tag };
        global.Does(command, async (parsed, session, ct) => List(session, await session.Client.KeysOf(parsed.GetRequiredValue(tag), ct)));
        return command;
    }

    static Command AddCommand(GlobalOptions global, string verb, string description, ArgumentArity tags, Func<SkylineClient, string?, NewKey, CancellationToken, Task<KeyDetails>> add)
    {
        var tag = new Argument<string?>("TAG") { Description = tags.MinimumNumberOfValues == 0 ? "Name of the tag (default: the instance's key)" : "Name of the tag", Arity = tags };
        var kind = new Option<string?>("--kind") { Description = "Ed25519 or Rsa4096 (default: the server's setting)", HelpName = "KIND" };
        var identity = new Option<string?>("--identity") { Description = "The key's user id, such as \"Example <packages@example.org>\"", HelpName = "TEXT" };
        var publicKey = new Option<string?>("--public-key") { Description = "Armored public key of a secret that the server's signing command reaches", HelpName = "FILE" };
        var command = new Command(verb, description) { tag, kind, identity, publicKey };
        global.Does(command, async (parsed, session, ct) =>
        {
            var armored = parsed.GetValue(publicKey) is { } file ? PublicKeyFile.Read(file) : null;
            var made = await add(session.Client, parsed.GetValue(tag), new NewKey(parsed.GetValue(kind), parsed.GetValue(identity), armored), ct);
            session.Screen.Result(made, SkylineJson.Default.KeyDetails, to => Write(to, [made], session.Time));
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode List(Session session, IReadOnlyList<KeyDetails> keys)
    {
        session.Screen.Result(keys, SkylineJson.Default.IReadOnlyListKeyDetails, to => Write(to, keys, session.Time));
        return ExitCode.Ok;
    }

    static void Write(TextWriter to, IReadOnlyList<KeyDetails> keys, TimeProvider time)
    {
        Table.Write(to, ["FINGERPRINT", "OF", "STATE", "KIND", "SECRET", "MADE", "IDENTITY"], keys.Select(key => (string?[])[
            key.Fingerprint, key.Tag ?? "(instance)", key.State.ToString().ToLowerInvariant(), key.Kind, key.Elsewhere ? "elsewhere" : key.DestroyedAt is null ? "here" : "destroyed",
            Amounts.Ago(time.GetUtcNow() - key.CreatedAt), key.Identity]));
        foreach (var key in keys.Where(key => key.Why is not null)) to.WriteLine($"{Untrusted.Line(key.Fingerprint)}: {Untrusted.Line(key.Why)}");
    }
}
