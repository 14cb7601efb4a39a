using Skyline.Rpm;

namespace Skyline.Server.Repos;

/// <summary>The instance's OpenPGP key, made at the first start; the file is its owner's alone to read.</summary>
public sealed class SigningKeys
{
    public SigningKey Instance { get; }

    public SigningKeys(SkylineSettings settings, TimeProvider time)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings.Data, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var file = Path.Combine(folder, "instance.asc");
        Instance = File.Exists(file) ? Load(file) : Make(file, settings, time);
    }

    static SigningKey Load(string file)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(file) & others) != 0)
            throw new InvalidOperationException($"The signing key {file} is open to others than its owner. Find out who may have read it, then `chmod 600` it.");
        return SigningKey.FromSecretArmored(File.ReadAllText(file));
    }

    static SigningKey Make(string file, SkylineSettings settings, TimeProvider time)
    {
        var key = SigningKey.Generate(settings.SigningKey, settings.SigningIdentity, time);
        People.Token.WriteFile(file, key.SecretArmored);
        return key;
    }
}
