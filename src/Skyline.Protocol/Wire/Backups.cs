namespace Skyline.Protocol;

/// <summary>A backup that was made.</summary>
/// <param name="Folder">The folder of backups that it is in, on the server.</param>
/// <param name="Name">Its name, which is its time in UTC: "2026-12-01T044000Z".</param>
/// <param name="MadeAt">Which moment of the database it has, in UTC.</param>
/// <param name="DatabaseBytes">Size of the database in bytes.</param>
/// <param name="Blobs">How many packages and other blobs it has.</param>
/// <param name="BlobBytes">How many bytes those are.</param>
/// <param name="NewFiles">How many blobs and files no earlier backup in the folder had.</param>
/// <param name="NewBytes">How many bytes those are.</param>
/// <param name="Files">How many logs and other files it has.</param>
/// <param name="Pruned">How many older backups went.</param>
/// <param name="Keys">Whether the key file and the files with tokens are in it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Missing">SHA-256 of blobs that the database names and that are missing or damaged; of more than twenty the first twenty.</param>
/// <param name="MissingCount">How many those are; 0: it is whole.</param>
public sealed record BackupMade(
    string Folder, string Name, DateTimeOffset MadeAt, long DatabaseBytes, long Blobs, long BlobBytes, long NewFiles, long NewBytes, int Files, int Pruned, bool Keys, double Seconds, IReadOnlyList<string> Missing, int MissingCount);
