"""What a refusal's values are called where a person reads them: roles, fields, ways to pay.

Programs read the values themselves.
"""

from ..values.labels import Label

ROLES: dict[str, Label] = {
    "citizen": Label("công dân", "citizen"),
    "clerk": Label("cán bộ một cửa", "clerk"),
    "cashier": Label("thu ngân", "cashier"),
    "officer": Label("cán bộ chuyên môn", "officer"),
    "leader": Label("lãnh đạo", "leader"),
    "catalog-editor": Label("quản trị danh mục", "catalogue editor"),
    "operator": Label("quản trị hệ thống", "operator"),
    "auditor": Label("kiểm tra, thanh tra", "auditor"),
}
FIELDS: dict[str, Label] = {
    "postmark": Label("ngày dấu bưu điện", "the postmark"),
    "new_due_at": Label("ngày giờ hẹn mới", "the new due date"),
    "request_date": Label("ngày của văn bản đề nghị", "the date of the written request"),
    "received_from": Label("từ ngày", "from"),
    "received_to": Label("đến ngày", "to"),
    "full_name": Label("họ và tên", "name"),
    "address": Label("địa chỉ", "address"),
    "id_number": Label("số định danh", "identity number"),
    "recipient": Label("người nhận thay", "who collected it"),
    "note": Label("ghi chú, ý kiến", "the note"),
    "shown_by": Label("giấy tờ làm căn cứ", "the supporting document"),
    "item_number": Label("số hiệu bưu gửi", "the item's tracking number"),
}
PROVIDERS: dict[str, Label] = {
    "vnpay": Label("VNPAY", "VNPAY"),
    "vietqr": Label("chuyển khoản VietQR", "VietQR transfer"),
}
