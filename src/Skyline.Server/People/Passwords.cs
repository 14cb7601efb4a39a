using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

/// <summary>
/// Makes and checks hashes of passwords: slow ones, by ASP.NET Core Identity's hasher. One at a time: who signs in waits for those before
/// them, and builders, who are many times faster, wait for nobody.
/// </summary>
public sealed class Passwords : IDisposable
{
    /// <summary>Of PBKDF2 with HMAC-SHA-512: no fewer than OWASP's password storage cheat sheet advises (210,000 since 2022); lower ones are made anew when their person signs in.</summary>
    public const int Iterations = 220_000;

    public const int Shortest = 10, Longest = 200;
    const int MostWaiting = 200;

    readonly PasswordHasher<string> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    readonly SemaphoreSlim turn = new(1, 1);
    readonly string nobodys = OfNobody();
    int waiting;

    public void Dispose() => turn.Dispose();

    public static Refusal? WhyNot(string password, string name) =>
        password.Length is < Shortest or > Longest ? new(400, $"A password has {Shortest} to {Longest} letters; some words that only you put together are easy to keep in mind and hard to guess.")
        : password.Contains(name, StringComparison.OrdinalIgnoreCase) || password.Distinct().Count() < 5 ? new(400, "That password is among the first that anybody would guess: your name is in it, or it is the same few letters over and over.")
        : null;

    /// <summary>
    /// What no password leads to, checked in the time of any other, and made in none: by the layout of Identity's version 3 (a byte 1, then the function
    /// (2: HMAC-SHA-512), the iterations and the length of the salt as big-endian numbers of 32 bits, the salt, and the key), with a key that is drawn.
    /// </summary>
    internal static string OfNobody()
    {
        const int Salt = 16, Key = 32;
        var hash = new byte[13 + Salt + Key];
        hash[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(1), (uint)KeyDerivationPrf.HMACSHA512);
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(5), Iterations);
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(9), Salt);
        RandomNumberGenerator.Fill(hash.AsSpan(13));
        return Convert.ToBase64String(hash);
    }

    public Task<string> Hash(string password, CancellationToken ct) => InTurn(() => hasher.HashPassword("", password), ct);

    /// <param name="hash">Null: there is none; it takes as long, and is wrong.</param>
    internal async Task<PasswordVerificationResult> Check(string? hash, string password, CancellationToken ct)
    {
        var result = await InTurn(() => hasher.VerifyHashedPassword("", hash ?? nobodys, password), ct);
        return hash is null ? PasswordVerificationResult.Failed : result;
    }

    async Task<T> InTurn<T>(Func<T> act, CancellationToken ct)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting) throw new BadHttpRequestException("Very many people sign in at this moment; try again in a minute.", 429);
            await turn.WaitAsync(ct);
            try
            {
                return await Task.Run(act, CancellationToken.None);
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
