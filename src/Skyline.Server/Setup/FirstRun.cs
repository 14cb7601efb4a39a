using System.Buffers;
using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Repos;
using Skyline.Server.Settings;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Setup;

/// <summary>What the first page asks. Of an administrator who has signed in neither the code nor an account is asked.</summary>
/// <param name="Signer">Who signs, as its key says; with <paramref name="Mail"/> "Signer &lt;Mail&gt;".</param>
sealed record FirstRunForm(string Code, string Person, string Password, string Instance, string Chroot, string Signer, string Mail)
{
    public string Identity => Mail.Length > 0 ? $"{Signer} <{Mail}>" : Signer;
}

/// <summary>
/// A server that nothing can be built on yet, for no setting named a first tag, waits for whoever started it: one page makes the administrator, the instance's name, its
/// key, the first tag and its target, all in one transaction. That it waits is seen by what there is, so nothing is asked twice and a crash leaves it all or nothing.
/// </summary>
sealed class FirstRun(
    Database database, SkylineSettings settings, FirstRunCode code, Guesses guesses, Passwords passwords, KnownCallers callers, Admission admission, Chroots chroots, KeyFile keyFile, CreateTag createTag, PublishSnapshot publish,
    PageSettings pageSettings, Bells bells, TimeProvider time)
{
    volatile bool over;

    /// <summary>Once it is over it is over.</summary>
    public bool Waits => !over && !(over = Sight.Everything(() => database.Read(IsOver)));

    /// <summary>The code is good until an administrator has come in another way: by the token of the first start, an invitation, a command on the host.</summary>
    public bool TakesCode => Waits && callers.Used.IsEmpty && Sight.Everything(() => database.Read(IsUntouched));

    static bool IsOver(IDbConnection db) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM targets)");

    static bool IsUntouched(IDbConnection db) => db.One<bool>("""
        SELECT (SELECT count(*) FROM users) = 1 AND NOT EXISTS (SELECT 1 FROM sessions) AND NOT EXISTS (SELECT 1 FROM invitations)
          AND NOT EXISTS (SELECT 1 FROM tokens WHERE user_id IS NOT NULL AND last_used_at IS NOT NULL)
        """);

    /// <returns>How far whoever sent it has signed in (null: they had before); or why not, by a word that the page has a sentence for.</returns>
    public async Task<(Entered? Entered, string? Why)> Finish(FirstRunForm wanted, HttpContext http)
    {
        if (!Waits) return (null, "over");
        long? known = http.User.IsAdmin() ? http.User.PersonId() : null;
        if (known is null && WhyNotByCode(wanted.Code, http) is { } unknown) return (null, unknown);
        if (WhyNot(wanted, byCode: known is null) is { } wrong) return (null, wrong);
        var tag = new NewTag(wanted.Chroot, wanted.Chroot);
        if (createTag.Refuse(tag, out var arches) is not null) return (null, "chroot");
        var hash = known is null ? await passwords.Hash(wanted.Password, http.RequestAborted) : null;
        var key = SigningKey.Generate(settings.SigningKey, IdentityOf(wanted), time);
        var (made, entered, why) = await Make(wanted, known, hash, tag, arches, (key.Public, keyFile.Seal(key.Public.Fingerprint, key.SecretArmored)), http);
        if (why is not null) return (null, why);
        over = true;
        code.Forget();
        callers.ForgetAll();
        // From here on a start that finds the tag without its repository makes it.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(made, CancellationToken.None);
        return (entered, null);
    }

    string? WhyNotByCode(string typed, HttpContext http)
    {
        if (!TakesCode) return "closed";
        var (from, address) = ($"first run from {http.Connection.RemoteIpAddress}", http.Connection.RemoteIpAddress);
        if (guesses.Begin(from, address) is not null) return "often";
        if (!code.Matches(typed)) return "code";
        guesses.Succeeded(from, address);
        return null;
    }

    string? WhyNot(FirstRunForm wanted, bool byCode) =>
        byCode && !Names.IsGood(wanted.Person) ? "name"
        : byCode && Passwords.WhyNot(wanted.Password, wanted.Person) is not null ? "password"
        : pageSettings.MayBeSet(nameof(SkylineSettings.Name)) && ReadValue.Of(KnownSettings.Find(nameof(SkylineSettings.Name))!, wanted.Instance).Why is not null ? "instance"
        : pageSettings.MayBeSet(nameof(SkylineSettings.SigningIdentity)) && !IsIdentity(wanted) ? "signer"
        : chroots.Find(wanted.Chroot) is not { } chroot || Distribution.WhyNot(chroot) is not null ? "chroot" : null;

    static readonly SearchValues<char> noAddress = SearchValues.Create("<> \"(),;");

    /// <summary>One line, as OpenPGP has it; what is before the address holds none of its signs.</summary>
    static bool IsIdentity(FirstRunForm wanted) =>
        wanted.Signer.Trim().Length > 0 && wanted.Identity.Length <= AddKey.MaxIdentity && !wanted.Identity.Any(char.IsControl) && !wanted.Signer.AsSpan().ContainsAny("<>")
        && (wanted.Mail.Length == 0 || wanted.Mail.IndexOf('@') is > 0 and var at && at < wanted.Mail.Length - 1 && !wanted.Mail.AsSpan().ContainsAny(noAddress));

    string IdentityOf(FirstRunForm wanted) => pageSettings.MayBeSet(nameof(SkylineSettings.SigningIdentity)) ? wanted.Identity : settings.SigningIdentity;

    Task<(long Tag, Entered? Entered, string? Why)> Make(FirstRunForm wanted, long? known, string? hash, NewTag tag, IReadOnlyList<string> arches, (PublicKey Public, byte[] Secret) key, HttpContext http) =>
        database.Write<(long, Entered?, string?)>(tx =>
        {
            if (IsOver(tx.Connection!)) return (0, null, "over");
            if (known is null && !IsUntouched(tx.Connection!)) return (0, null, "closed");
            var now = time.Stamp();
            var person = known ?? TakeOverAdministrator(tx, wanted.Person, hash!);
            KeepSettings(tx, wanted, person);
            MakeKey(tx, key, person, now);
            var made = CreateTag.Insert(tx, tag, arches, now);
            TagEvent.Record(tx, made, TagEventKind.Create, null, tag.Name, now, person, after: new { tag.Chroot, arches });
            CreateTarget.Insert(tx, tag.Name, made, made, Channel.Find(tx.Connection!, Channel.Default)!.Id, person, now);
            return (made, known is null ? admission.AfterFirst(tx, person, both: false, "the code of the first run", http) : null, null);
        }, http.RequestAborted);

    /// <summary>The first start's administrator is whoever this is: their token, and what they own already, go on.</summary>
    static long TakeOverAdministrator(IDbTransaction tx, string name, string hash)
    {
        var id = tx.One<long>("SELECT id FROM users");
        var before = tx.One<string>("SELECT name FROM users WHERE id = @id", new { id })!;
        tx.Execute("UPDATE builders SET owner = @name WHERE owner = @before", new { name, before });
        tx.Execute("UPDATE users SET name = @name, password = @hash WHERE id = @id", new { name, hash, id });
        tx.Note("set this instance up, with the code of the first run", $"person {name}", new { Name = before }, new { Name = name }, id, by: (id, name));
        return id;
    }

    void KeepSettings(IDbTransaction tx, FirstRunForm wanted, long person)
    {
        foreach (var (name, value) in new[] { (nameof(SkylineSettings.Name), wanted.Instance.Trim()), (nameof(SkylineSettings.SigningIdentity), wanted.Identity) })
            if (pageSettings.MayBeSet(name)) pageSettings.Put(tx, KnownSettings.Find(name)!, value, person);
    }

    /// <summary>Where there is one already, that one signs.</summary>
    static void MakeKey(IDbTransaction tx, (PublicKey Public, byte[] Secret) key, long person, long now)
    {
        if (KeyRow.Own(tx.Connection!, null, KeyState.Current) is not null) return;
        if (KeyRow.Insert(tx, null, key.Public, key.Secret, KeyState.Current, now, person) is { } id) tx.Note("made, for the instance", $"key {key.Public.Fingerprint}", id: id);
    }

    /// <summary>Where whoever started the server looks: in the terminal or the journal.</summary>
    public void Tell(IEnumerable<string> listens, ILogger log)
    {
        if (!Waits) return;
        var address = (settings.PublicUrl is { Length: > 0 } known ? known : listens.FirstOrDefault() ?? "http://localhost:8420").TrimEnd('/')
            .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//[::]", "//localhost", StringComparison.Ordinal);
        if (TakesCode) log.LogInformation("Nobody has set this Skyline up yet. Open\n\n    {Address}/welcome?code={Code}\n\nThe code is good once; it is in {File} too. (Without a browser: the administrator's token is in the data folder.)", address, code.Current(), code.File);
        else log.LogInformation("Nothing can be built on this Skyline yet: sign in at {Address} as an administrator and go on there, or make a tag and a target.", address);
    }
}
