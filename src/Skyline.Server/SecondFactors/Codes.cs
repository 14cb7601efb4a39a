using System.Data;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OtpNet;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.SecondFactors;

/// <summary>Six digits that an app makes of a secret and the time (RFC 6238), and recovery codes for who lost the app; each good once.</summary>
sealed class Codes(IDataProtectionProvider protection, TimeProvider time)
{
    const int SecretBytes = 20, HowMany = 10, RecoveryBytes = 10;

    // Half a minute before and after: clocks differ, and people type slowly.
    static readonly VerificationWindow window = new(1, 1);

    sealed record Row(string? Totp, long? TotpAt, long TotpStep);

    IDataProtector Sealing(long person) => protection.CreateProtector("second factor", person.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public string Seal(long person, byte[] secret) => Convert.ToBase64String(Sealing(person).Protect(secret));

    /// <returns>Null where it cannot be read: the keys in keys/pages are not those that it was sealed with.</returns>
    public byte[]? Open(long person, string kept)
    {
        try
        {
            return Sealing(person).Unprotect(Convert.FromBase64String(kept));
        }
        catch (Exception bad) when (bad is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>Whether the code is this person's and good; it is used up in that.</summary>
    /// <param name="settingUp">Of the secret that is not in use yet.</param>
    public bool Use(IDbTransaction tx, long person, string code, bool settingUp = false)
    {
        var typed = new string([.. code.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant();
        return typed is { Length: 6 } && typed.All(char.IsAsciiDigit) ? UseDigits(tx, person, typed, settingUp) : !settingUp && UseRecovery(tx, person, typed);
    }

    bool UseDigits(IDbTransaction tx, long person, string digits, bool settingUp)
    {
        var row = tx.One<Row>("SELECT totp AS Totp, totp_at AS TotpAt, totp_step AS TotpStep FROM users WHERE id = @person", new { person });
        if (row is not { Totp: { } kept } || row.TotpAt is null != settingUp || Open(person, kept) is not { } secret) return false;
        return new Totp(secret).VerifyTotp(time.GetUtcNow().UtcDateTime, digits, out var step, window)
            && tx.Execute("UPDATE users SET totp_step = @step WHERE id = @person AND totp_step < @step", new { step, person }) > 0;
    }

    bool UseRecovery(IDbTransaction tx, long person, string typed) => typed.Length is > 6 and <= 40
        && tx.Execute("UPDATE recovery_codes SET used_at = @now WHERE sha256 = @hash AND user_id = @person AND used_at IS NULL", new { now = time.Stamp(), hash = Token.Hash(typed), person }) > 0;

    /// <summary>Ten new ones in place of all before; 80 random bits each, so that their hashes need no salt.</summary>
    public static IReadOnlyList<string> NewRecovery(IDbTransaction tx, long person)
    {
        tx.Execute("DELETE FROM recovery_codes WHERE user_id = @person", new { person });
        var codes = Enumerable.Range(0, HowMany).Select(_ => Base32Encoding.ToString(RandomNumberGenerator.GetBytes(RecoveryBytes))).ToList();
        foreach (var code in codes) tx.Execute("INSERT INTO recovery_codes (sha256, user_id) VALUES (@hash, @person)", new { hash = Token.Hash(code), person });
        return [.. codes.Select(code => string.Join('-', code.Chunk(4).Select(part => new string(part))).ToLowerInvariant())];
    }

    public static int RecoveryLeft(IDbConnection db, long person) => db.One<int>("SELECT count(*) FROM recovery_codes WHERE user_id = @person AND used_at IS NULL", new { person });
}
