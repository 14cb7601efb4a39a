using System.Collections;
using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>What was found, in SQLite's types: a yes is 1, a number without a fraction is a long, one with it a double.</summary>
sealed class Rows(Statements on, NpgsqlDataReader inner) : DbDataReader
{
    public override Type GetFieldType(int ordinal) => inner.GetFieldType(ordinal) is var type && type == typeof(bool) || type == typeof(int) || type == typeof(short) ? typeof(long)
        : type == typeof(decimal) || type == typeof(float) ? typeof(double) : type;

    public override object GetValue(int ordinal) => inner.GetValue(ordinal) switch
    {
        bool yes => yes ? 1L : 0L,
        int number => (long)number,
        short number => (long)number,
        decimal number => (double)number,
        float number => (double)number,
        var other => other,
    };

    T As<T>(int ordinal) => (T)Convert.ChangeType(GetValue(ordinal), typeof(T), CultureInfo.InvariantCulture);

    public override bool GetBoolean(int ordinal) => As<bool>(ordinal);
    public override byte GetByte(int ordinal) => As<byte>(ordinal);
    public override char GetChar(int ordinal) => As<char>(ordinal);
    public override DateTime GetDateTime(int ordinal) => inner.GetDateTime(ordinal);
    public override decimal GetDecimal(int ordinal) => As<decimal>(ordinal);
    public override double GetDouble(int ordinal) => As<double>(ordinal);
    public override float GetFloat(int ordinal) => As<float>(ordinal);
    public override Guid GetGuid(int ordinal) => inner.GetGuid(ordinal);
    public override short GetInt16(int ordinal) => As<short>(ordinal);
    public override int GetInt32(int ordinal) => As<int>(ordinal);
    public override long GetInt64(int ordinal) => As<long>(ordinal);
    public override string GetString(int ordinal) => inner.GetString(ordinal);
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => inner.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => inner.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var ordinal = 0; ordinal < count; ordinal++) values[ordinal] = GetValue(ordinal);
        return count;
    }

    public override object this[int ordinal] => GetValue(ordinal);
    public override object this[string name] => GetValue(GetOrdinal(name));
    public override int Depth => inner.Depth;
    public override int FieldCount => inner.FieldCount;
    public override bool HasRows => inner.HasRows;
    public override bool IsClosed => inner.IsClosed;
    public override int RecordsAffected => inner.RecordsAffected;
    public override string GetDataTypeName(int ordinal) => inner.GetDataTypeName(ordinal);
    public override string GetName(int ordinal) => inner.GetName(ordinal);
    public override int GetOrdinal(string name) => inner.GetOrdinal(name);
    public override bool IsDBNull(int ordinal) => inner.IsDBNull(ordinal);
    public override bool NextResult() => inner.NextResult();
    public override bool Read() => inner.Read();
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <summary>Only then is it known what an INSERT … RETURNING has written.</summary>
    public override void Close()
    {
        if (inner.IsClosed) return;
        inner.Close();
        on.Changed(inner.RecordsAffected);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close();
        base.Dispose(disposing);
    }
}
